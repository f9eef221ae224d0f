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
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The conversation about one type on one stream: at most one response without its ACK; what changes
 * meanwhile is looked up when the next one is made, so nothing queues and the latest wins.
 */
final class TypeStream {
    /** Stands for a version that is not known; no hash looks like it. */
    private static final String UNSURE = "?";

    /**
     * A response that waits for its ACK.
     *
     * @param versions of what it brings
     * @param removed what it takes away, with the versions that the client held; empty if none
     * @param aliases names that the stand-in answers
     */
    record Sent(
            String nonce,
            Map<String, String> versions,
            Map<String, String> removed,
            List<String> aliases,
            Instant at) {}

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

    /** Whether removals are held back for the order's sake. */
    boolean removalsHeld;

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
        List<String> aliases = standIn(items, versions);
        TreeMap<String, String> removed = new TreeMap<>();
        subscriptions.absent.forEach(name -> removed.put(name, ""));
        subscriptions.absent.clear();
        long bytes = 0;
        removalsHeld = false;
        for (String name : List.copyOf(subscriptions.dirty)) {
            Slot slot = subscriptions.slot(name);
            if (slot == null || slot.unresolved) {
                subscriptions.dirty.remove(name);
                continue;
            }
            Resource resource = wanted(slot);
            if (resource != null) {
                slot.goneSince = null;
            }
            boolean mayGo = slot.asked || phase != Phase.ANSWERS;
            boolean mayLeave = slot.asked || phase == Phase.ALL;
            boolean fits = items.size() < batch && bytes < limits.responseBytes();
            if (resource == null && !gone(slot)) {
                settle(slot);
            } else if (resource == null && (mayLeave || overdue(slot, now))) {
                removed.put(name, slot.unsure ? UNSURE : slot.held == null ? "" : slot.held);
                slot.held = null;
                slot.unsure = false;
                slot.goneSince = null;
                settle(slot);
            } else if (resource == null) {
                removalsHeld = true;
            } else if (mayGo && fits) {
                items.add(new Item(resource, List.of()));
                versions.put(name, resource.version());
                bytes += resource.body().size();
                sent(slot, resource);
            }
        }
        if (items.isEmpty() && removed.isEmpty() && !subscriptions.responseDue) {
            return null;
        }
        removed.keySet().removeAll(versions.keySet());
        subscriptions.responseDue = false;
        outstanding = new Sent(nonce, versions, removed, aliases, now);
        return new Response(type, nonce, items, List.copyOf(removed.keySet()));
    }

    private boolean overdue(Slot slot, Instant now) {
        if (slot.goneSince == null) {
            slot.goneSince = now;
        }
        return !now.isBefore(slot.goneSince.plus(limits.order()));
    }

    /** What the client should be sent of a name; null if nothing or a removal. */
    private @Nullable Resource wanted(Slot slot) {
        Resource current = slot.current().orElse(null);
        if (current == null) {
            boolean answers = type == XdsType.VIRTUAL_HOST && slot.named && slot.asked;
            return answers && !holdsContent(slot) ? Resource.absent(slot.name) : null;
        }
        boolean differs =
                (slot.unsure || !current.version().equals(slot.held)) && !slot.refuses(current);
        return slot.asked || differs ? current : null;
    }

    /** Whether a name without content must be taken from the client, or said to be absent. */
    private static boolean gone(Slot slot) {
        if (slot.current().isPresent()) {
            return false;
        }
        boolean broken = slot.subscribed() && slot.entry != null && slot.entry.broken();
        return slot.asked || (holdsContent(slot) && !broken);
    }

    private static boolean holdsContent(Slot slot) {
        return slot.unsure || (slot.held != null && !slot.held.equals(Resource.ABSENT_VERSION));
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

    /** Answers surplus names by the stand-in, and says which. */
    private List<String> standIn(List<Item> items, Map<String, String> versions) {
        List<String> names = List.copyOf(subscriptions.surplus);
        subscriptions.surplus.clear();
        Slot slot = names.isEmpty() ? null : subscriptions.standIn();
        Resource resource = slot == null ? null : slot.current().orElse(null);
        if (slot == null || resource == null || slot.refuses(resource)) {
            names.forEach(subscriptions::sayAbsent);
            return List.of();
        }
        items.add(new Item(resource, names));
        versions.put(slot.name, resource.version());
        sent(slot, resource);
        return names;
    }

    /** Whether a response without its ACK brings something else of a name than this. */
    boolean bringsOther(String name, @Nullable Resource current) {
        String underWay = outstanding == null ? null : outstanding.versions().get(name);
        return underWay != null && (current == null || !underWay.equals(current.version()));
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
                        slot.unsure = false;
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
                    slot.rejected = new Slot.Rejection(each.getValue(), text);
                } else if (each.getValue().equals(Resource.ABSENT_VERSION)) {
                    slot.asked = true;
                } else {
                    slot.unsure = true;
                }
                subscriptions.dirty.add(slot.name);
            }
        }
        if (!all.isEmpty()) {
            sent.removed().forEach(this::removeAgain);
            for (String alias : sent.aliases()) {
                if (!subscriptions.absent.contains(alias)) {
                    subscriptions.surplus.add(alias);
                }
            }
        }
        return Set.copyOf(bad);
    }

    /**
     * A refused response may have taken something away or not: what comes back meanwhile is sent
     * even if it is what the client held.
     */
    private void removeAgain(String name, String held) {
        Slot slot = subscriptions.slot(name);
        if (slot == null) {
            subscriptions.sayAbsent(name);
        } else {
            slot.unsure = !held.isEmpty();
            slot.held = held.isEmpty() || held.equals(UNSURE) ? null : held;
            slot.asked |= held.isEmpty();
            subscriptions.dirty.add(name);
        }
    }

    /** Whether anything waits to be sent. */
    boolean pending() {
        return !subscriptions.dirty.isEmpty()
                || !subscriptions.absent.isEmpty()
                || !subscriptions.surplus.isEmpty()
                || subscriptions.responseDue;
    }

    /** What people may see of it. */
    ProxyView.OfType view() {
        Map<String, String> held = new TreeMap<>();
        Map<String, String> rejected = new TreeMap<>();
        for (Slot slot : subscriptions.slots()) {
            if (slot.held != null) {
                held.put(slot.name, slot.held);
            }
            if (slot.rejected != null) {
                rejected.put(slot.name, slot.rejected.version());
            }
        }
        return new ProxyView.OfType(
                subscriptions.slots().size(),
                held,
                rejected,
                rejections(),
                lastRejection(),
                outstanding == null);
    }
}
