package io.peakmesh.xds.server.delta;

import io.peakmesh.xds.server.delta.Response.Item;
import io.peakmesh.xds.server.snapshot.Resource;
import io.peakmesh.xds.translator.XdsType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The conversation about one type on one stream: at most one response without its ACK; what changes
 * meanwhile is looked up when the next one is made, so nothing queues and the latest wins.
 */
final class TypeStream {
    /** A response that waits for its ACK. */
    record Sent(String nonce, Map<String, String> versions, Instant at) {}

    /** What may go out now. */
    enum Phase {
        /** Only what the client asked for and was not answered yet. */
        ANSWERS,
        /** That, additions and changes. */
        UPDATES,
        /** That, and removals. */
        ALL
    }

    private final XdsType type;
    private final Limits limits;
    final Subscriptions subscriptions;
    @Nullable Sent outstanding;
    private int batch;
    private String lastRejection = "";
    private long rejections;

    /** Since when removals are held back for the order's sake. */
    @Nullable Instant removalsSince;

    TypeStream(XdsType type, Limits limits, Subscriptions subscriptions) {
        this.type = type;
        this.limits = limits;
        this.subscriptions = subscriptions;
        this.batch = unlimited();
    }

    /** Secrets go one by one, so that a NACK of one says nothing of the other. */
    private int unlimited() {
        return type == XdsType.SECRET ? 1 : Integer.MAX_VALUE;
    }

    String lastRejection() {
        return lastRejection;
    }

    long rejections() {
        return rejections;
    }

    /** The next response, or null if there is nothing to send in this phase. */
    @Nullable Response next(Phase most, String nonce, Instant now) {
        Phase phase = subscriptions.responseDue ? Phase.ALL : most;
        List<Item> items = new ArrayList<>();
        Map<String, String> versions = new HashMap<>();
        standIn(items, versions);
        TreeSet<String> removed = new TreeSet<>(subscriptions.absent);
        subscriptions.absent.clear();
        long bytes = 0;
        boolean heldBack = false;
        for (String name : List.copyOf(subscriptions.dirty)) {
            Slot slot = subscriptions.slot(name);
            if (slot == null || slot.unresolved) {
                subscriptions.dirty.remove(name);
                continue;
            }
            Resource resource = wanted(slot);
            boolean mayGo = slot.asked || phase != Phase.ANSWERS;
            boolean mayLeave = slot.asked || phase == Phase.ALL;
            boolean fits = items.size() < batch && bytes < limits.responseBytes();
            if (resource == null && !gone(slot)) {
                settle(slot);
            } else if (resource == null && mayLeave) {
                removed.add(name);
                slot.held = null;
                settle(slot);
            } else if (resource == null) {
                heldBack = true;
            } else if (mayGo && fits) {
                items.add(new Item(resource, List.of()));
                versions.put(name, resource.version());
                bytes += resource.body().size();
                sent(slot, resource);
            }
        }
        holdBack(heldBack, now);
        if (items.isEmpty() && removed.isEmpty() && !subscriptions.responseDue) {
            return null;
        }
        removed.removeAll(versions.keySet());
        subscriptions.responseDue = false;
        outstanding = new Sent(nonce, versions, now);
        return new Response(type, nonce, items, List.copyOf(removed));
    }

    private void holdBack(boolean heldBack, Instant now) {
        if (!heldBack) {
            removalsSince = null;
        } else if (removalsSince == null) {
            removalsSince = now;
        }
    }

    /** What the client should be sent of a name; null if nothing or a removal. */
    private @Nullable Resource wanted(Slot slot) {
        Resource current = slot.current().orElse(null);
        if (current == null) {
            boolean answers = type == XdsType.VIRTUAL_HOST && slot.named && slot.asked;
            return answers && !holdsContent(slot) ? Resource.absent(slot.name) : null;
        }
        boolean differs =
                !current.version().equals(slot.held) && !current.version().equals(slot.rejected);
        return slot.asked || differs ? current : null;
    }

    /** Whether a name without content must be taken from the client, or said to be absent. */
    private static boolean gone(Slot slot) {
        return slot.current().isEmpty() && (slot.asked || holdsContent(slot));
    }

    private static boolean holdsContent(Slot slot) {
        return slot.held != null && !slot.held.equals(Resource.ABSENT_VERSION);
    }

    private void sent(Slot slot, Resource resource) {
        slot.asked = false;
        subscriptions.dirty.remove(slot.name);
        if (slot.secret != null) {
            slot.secret = resource.withoutBody();
        }
    }

    private void settle(Slot slot) {
        slot.asked = false;
        subscriptions.dirty.remove(slot.name);
        if (!slot.subscribed()) {
            subscriptions.drop(slot);
        }
    }

    private void standIn(List<Item> items, Map<String, String> versions) {
        if (subscriptions.surplus.isEmpty()) {
            return;
        }
        Slot slot = subscriptions.standIn();
        Resource resource = slot == null ? null : slot.current().orElse(null);
        if (slot == null || resource == null) {
            subscriptions.absent.addAll(subscriptions.surplus);
        } else {
            items.add(new Item(resource, List.copyOf(subscriptions.surplus)));
            versions.put(slot.name, resource.version());
            sent(slot, resource);
        }
        subscriptions.surplus.clear();
    }

    void acked() {
        Sent sent = outstanding;
        if (sent == null) {
            return;
        }
        outstanding = null;
        sent.versions()
                .forEach((name, version) -> {
                    Slot slot = subscriptions.slot(name);
                    if (slot != null) {
                        slot.held = version;
                        slot.rejected = null;
                        forgetBytes(slot, version);
                    }
                });
        if (batch < unlimited()) {
            batch = batch > Integer.MAX_VALUE / 2 ? Integer.MAX_VALUE : batch * 2;
        }
    }

    private static void forgetBytes(Slot slot, String version) {
        if (slot.secret != null && slot.secret.version().equals(version)) {
            slot.secret = slot.secret.withoutBody();
        }
    }

    /**
     * Takes a NACK: the resources that its text names are bad; if it names none and there were
     * several, they are tried again in smaller groups until the bad ones stand alone. Each NACK
     * either rejects a version or halves the group, so this ends.
     *
     * @return the names now known as bad
     */
    Set<String> nacked(String text) {
        Sent sent = outstanding;
        if (sent == null) {
            return Set.of();
        }
        outstanding = null;
        lastRejection = text;
        rejections++;
        Set<String> all = sent.versions().keySet();
        Set<String> bad = all.size() <= 1 ? all : NackText.named(text, all);
        if (bad.isEmpty() && !all.isEmpty()) {
            batch = Math.max(1, all.size() / 2);
        }
        for (Map.Entry<String, String> each : sent.versions().entrySet()) {
            Slot slot = subscriptions.slot(each.getKey());
            if (slot != null) {
                if (bad.contains(slot.name)) {
                    slot.rejected = each.getValue();
                }
                subscriptions.dirty.add(slot.name);
            }
        }
        return Set.copyOf(bad);
    }

    /** Whether anything waits to be sent. */
    boolean pending() {
        return !subscriptions.dirty.isEmpty()
                || !subscriptions.absent.isEmpty()
                || !subscriptions.surplus.isEmpty()
                || subscriptions.responseDue;
    }
}
