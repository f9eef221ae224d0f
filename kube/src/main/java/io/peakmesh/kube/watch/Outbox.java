package io.peakmesh.kube.watch;

import io.peakmesh.smi.object.ObjectEvent;
import io.peakmesh.smi.object.ObjectKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Events on their way to the sink. While the sink is busy they wait here, of each object only the
 * newest (and before it the deletion of an earlier object of that name), so that a sink that blocks
 * makes this grow to the number of objects and no further.
 */
final class Outbox {
    /** What waits of one object. */
    private record Slot(boolean deletedBefore, ObjectEvent last) {
        static Slot of(ObjectEvent event) {
            return new Slot(false, event);
        }

        Slot then(ObjectEvent event) {
            boolean replaces = event instanceof ObjectEvent.Applied;
            boolean deleted = last instanceof ObjectEvent.Deleted;
            return new Slot(replaces && (deleted || deletedBefore), event);
        }
    }

    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Map<ObjectKey, Slot> objects = new LinkedHashMap<>();
    private Map<String, ObjectEvent> unreadable = new LinkedHashMap<>();
    private boolean closed;

    void put(List<ObjectEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            for (ObjectEvent event : events) {
                switch (event) {
                    case ObjectEvent.Applied applied -> put(applied.object().key(), event);
                    case ObjectEvent.Deleted deleted -> put(deleted.key(), event);
                    case ObjectEvent.Unreadable problems ->
                            unreadable.put(problems.origin(), event);
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void put(ObjectKey key, ObjectEvent event) {
        objects.merge(key, Slot.of(event), (slot, ignored) -> slot.then(event));
    }

    /** Everything that waits, without waiting for any. */
    List<ObjectEvent> poll() {
        lock.lock();
        try {
            return drain();
        } finally {
            lock.unlock();
        }
    }

    /** Everything that waits, once there is anything; empty when closed. */
    List<ObjectEvent> take() throws InterruptedException {
        lock.lock();
        try {
            while (!closed && objects.isEmpty() && unreadable.isEmpty()) {
                changed.await();
            }
            return closed ? List.of() : drain();
        } finally {
            lock.unlock();
        }
    }

    private List<ObjectEvent> drain() {
        List<ObjectEvent> events = new ArrayList<>(objects.size() + unreadable.size());
        objects.forEach((key, slot) -> {
            if (slot.deletedBefore()) {
                events.add(new ObjectEvent.Deleted(key));
            }
            events.add(slot.last());
        });
        events.addAll(unreadable.values());
        // New ones: a map keeps the room that it once needed.
        objects = new LinkedHashMap<>();
        unreadable = new LinkedHashMap<>();
        return events;
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
