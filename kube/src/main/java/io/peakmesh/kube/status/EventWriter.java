package io.peakmesh.kube.status;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.peakmesh.kube.connect.Api;
import io.peakmesh.kube.connect.Pace;
import io.peakmesh.kube.connect.Reply;
import io.peakmesh.kube.connect.Worker;
import io.peakmesh.smi.object.ObjectKey;
import io.peakmesh.smi.status.Notice;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes notices as events (events.k8s.io/v1), as {@code kubectl describe} shows them. The same
 * notice within ten minutes is counted on its event, at most once a minute, and not repeated; of
 * one object ten events are made at once and one a minute over time; in all {@value #PER_SECOND} a
 * second are written. What is over the limits is dropped and its number logged.
 */
public final class EventWriter implements Closeable {
    static final int PER_SECOND = 5;
    static final int BURST = 25;
    private static final Duration BETWEEN_TELLING = Duration.ofMinutes(1);
    private static final Duration IDLE = Duration.ofHours(1);
    private static final Logger LOG = LoggerFactory.getLogger(EventWriter.class);

    private final Api api;
    private final InstantSource time;
    private final String instance;
    private final Pace pace = new Pace(PER_SECOND, BURST);
    private final Worker worker = new Worker("event-writer", this::drain);
    private final ReentrantLock lock = new ReentrantLock();
    private final EventLog log;
    private Instant toldDropped = Instant.EPOCH;
    private boolean open;

    /**
     * @param instance the replica's name, which the events show as who reported them
     */
    public EventWriter(KubernetesClient client, InstantSource time, String instance) {
        this.api = new Api(client);
        this.time = time;
        this.instance = instance;
        this.log = new EventLog(instance);
    }

    /** Begins to take notices. */
    public void start() {
        lock.lock();
        try {
            open = true;
        } finally {
            lock.unlock();
        }
        worker.start();
    }

    /** Forgets what has not been written. */
    public void stop() {
        lock.lock();
        try {
            open = false;
            log.clear();
        } finally {
            lock.unlock();
        }
        worker.stop();
    }

    @Override
    public void close() {
        stop();
        worker.close();
    }

    /** Has these written soon; those of objects without a uid, or while stopped, are not. */
    public void emit(List<Notice> notices) {
        lock.lock();
        try {
            if (!open) {
                return;
            }
            for (Notice notice : notices) {
                if (!notice.uid().isEmpty()) {
                    log.add(notice, time.instant());
                }
            }
            tellDropped(time.instant());
        } finally {
            lock.unlock();
        }
        worker.wake();
    }

    /** These are gone: nothing more is told of them, and nothing of them is remembered. */
    public void forget(Set<ObjectKey> objects) {
        lock.lock();
        try {
            log.forget(objects);
        } finally {
            lock.unlock();
        }
    }

    private void tellDropped(Instant now) {
        if (!now.isBefore(toldDropped.plus(BETWEEN_TELLING)) && log.dropped() > 0) {
            LOG.info("event=events-dropped count={}", log.takeDropped());
            toldDropped = now;
        }
    }

    private Duration drain(Worker.Turn turn) throws IOException {
        while (turn.going()) {
            Optional<EventLog.Due> next = next();
            if (next.isEmpty()) {
                return rest();
            }
            Duration wait = pace.take(time.instant());
            if (wait.isPositive()) {
                if (!turn.pause(wait)) {
                    break;
                }
                continue;
            }
            send(next.get());
        }
        return IDLE;
    }

    private Optional<EventLog.Due> next() {
        lock.lock();
        try {
            return log.due(time.instant());
        } finally {
            lock.unlock();
        }
    }

    private Duration rest() {
        lock.lock();
        try {
            return log.rest(time.instant(), IDLE);
        } finally {
            lock.unlock();
        }
    }

    private void send(EventLog.Due due) throws IOException {
        String folder = EventBody.folder(due.notice().object());
        Reply reply =
                due.create()
                        ? api.create(folder, EventBody.created(due, instance))
                        : api.merge(folder + "/" + due.name(), EventBody.counted(due));
        // Created before, and only the answer was lost.
        boolean there = due.create() && reply.status() == Reply.CONFLICT;
        if (!reply.done() && !there) {
            boolean leaving = reply.message().contains("is being terminated");
            if (reply.mayBeTakenLater() && !leaving) {
                throw reply.refused("write an event in " + folder);
            }
            if (reply.status() != Reply.NOT_FOUND && !leaving) {
                LOG.warn("event=event-refused reason=\"{}\"", reply.message());
            }
        }
        Instant now = time.instant();
        lock.lock();
        try {
            if (reply.done() || there) {
                log.written(due, now);
            } else {
                log.gone(due);
            }
        } finally {
            lock.unlock();
        }
    }
}
