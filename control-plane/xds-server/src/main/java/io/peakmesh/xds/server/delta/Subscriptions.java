package io.peakmesh.xds.server.delta;

import io.peakmesh.xds.server.peer.Peer;
import io.peakmesh.xds.server.snapshot.Entry;
import io.peakmesh.xds.server.snapshot.Names;
import io.peakmesh.xds.server.snapshot.Resource;
import io.peakmesh.xds.server.snapshot.ResourceGraph;
import io.peakmesh.xds.server.snapshot.Subscriber;
import io.peakmesh.xds.translator.Asker;
import io.peakmesh.xds.translator.ResourceKey;
import io.peakmesh.xds.translator.XdsType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one stream is subscribed to of one type, and which of it must be looked at. The rules are
 * those of the xDS protocol's incremental variant ("How the client specifies what resources to
 * return", "Unsubscribing From Resources").
 */
final class Subscriptions {
    private static final String WILDCARD = "*";

    private final XdsType type;
    private final Peer peer;
    private final ResourceGraph graph;
    private final Learned learned;
    private final Limits limits;
    private final Subscriber stream;
    private Asker asker;
    private final Map<String, Slot> slots = new HashMap<>();
    private @Nullable Names always;

    /** Names to look at, of slots or to be answered as absent. */
    final SortedSet<String> dirty = new TreeSet<>();

    /** Asked for, or held, but not kept: answered as absent once. */
    final SortedSet<String> absent = new TreeSet<>();

    /** Asked for beyond the limit: answered once by the stand-in. */
    final SortedSet<String> surplus = new TreeSet<>();

    /** Whether a response is due even if it is empty, so that the client stops waiting. */
    boolean responseDue;

    Subscriptions(
            XdsType type,
            Peer peer,
            Asker asker,
            ResourceGraph graph,
            Learned learned,
            Limits limits,
            Subscriber stream) {
        this.type = type;
        this.peer = peer;
        this.asker = asker;
        this.graph = graph;
        this.learned = learned;
        this.limits = limits;
        this.stream = stream;
    }

    /** Takes the stream's first request of this type. */
    void open(Request request) {
        Map<String, String> held = request.initialVersions();
        boolean fresh = held.isEmpty();
        boolean legacy = request.subscribe().isEmpty() && wildcardType();
        if (legacy || request.subscribe().contains(WILDCARD)) {
            beginWildcard();
            responseDue = fresh;
            if (fresh && Learned.onDemand(type)) {
                learned.of(peer.serviceAccount(), type).forEach(n -> know(n));
            }
        }
        List<String> heldFirst = new ArrayList<>(new TreeSet<>(request.subscribe()));
        heldFirst.sort((a, b) -> Boolean.compare(held.containsKey(b), held.containsKey(a)));
        for (String name : heldFirst) {
            if (!name.equals(WILDCARD)) {
                subscribe(name, !held.containsKey(name));
            }
        }
        held.forEach(this::hold);
    }

    /** Takes the subscription changes of a later request. */
    void update(Request request) {
        for (String name : request.unsubscribe()) {
            if (name.equals(WILDCARD)) {
                endWildcard();
            } else {
                unsubscribe(name);
            }
        }
        for (String name : request.subscribe()) {
            if (!name.equals(WILDCARD)) {
                subscribe(name, true);
            } else if (always == null) {
                beginWildcard();
                responseDue = true;
            }
        }
    }

    private boolean wildcardType() {
        return switch (type) {
            case CLUSTER, LISTENER, VIRTUAL_HOST -> true;
            case SECRET, ENDPOINT, ROUTE -> false;
        };
    }

    private void beginWildcard() {
        always = graph.always(type, peer.workload(), stream);
        syncAlways();
    }

    private void endWildcard() {
        if (always != null) {
            graph.unsubscribe(always, stream);
            always = null;
        }
        for (Slot slot : List.copyOf(slots.values())) {
            slot.always = false;
            slot.known = false;
            if (!slot.named) {
                drop(slot);
            }
        }
    }

    /** Follows a change of the names that the proxy gets without asking. */
    void syncAlways() {
        Set<String> wanted = always == null ? Set.of() : new HashSet<>(always.names());
        for (Slot slot : slots.values()) {
            if (slot.always && !wanted.contains(slot.name)) {
                slot.always = false;
                dirty.add(slot.name);
            }
        }
        for (String name : wanted) {
            Slot slot = slots.get(name);
            if (slot == null) {
                slot = add(name);
            }
            slot.always = true;
            dirty.add(name);
        }
    }

    private void know(String name) {
        if (!slots.containsKey(name) && !full()) {
            add(name).known = true;
            dirty.add(name);
        }
    }

    private void subscribe(String name, boolean mustAnswer) {
        if (name.length() > limits.nameLength() || name.isEmpty()) {
            sayAbsent(name);
            return;
        }
        Slot slot = slots.get(name);
        if (slot == null) {
            if (full()) {
                refuse(name);
                return;
            }
            slot = add(name);
        }
        absent.remove(name);
        slot.named = true;
        slot.asked |= mustAnswer;
        dirty.add(name);
        if (mustAnswer && slot.entry == null) {
            slot.unresolved = true;
        }
    }

    private void refuse(String name) {
        Optional<String> standIn = graph.overflow(type);
        if (standIn.isEmpty()) {
            sayAbsent(name);
            return;
        }
        if (surplus.size() < limits.answers()) {
            surplus.add(name);
        }
        if (!slots.containsKey(standIn.get())) {
            add(standIn.get()).known = true;
        }
    }

    private boolean full() {
        return slots.size() >= limits.namesOf(type);
    }

    private void unsubscribe(String name) {
        absent.remove(name);
        surplus.remove(name);
        Slot slot = slots.get(name);
        if (slot != null && (slot.always || slot.known)) {
            slot.named = false;
            slot.asked = true;
            dirty.add(name);
            return;
        }
        if (slot != null) {
            drop(slot);
        }
        if (always != null) {
            // Subscribed to all, the client cannot tell whether the name is among them.
            sayAbsent(name);
        }
    }

    /**
     * Takes a version that the client held before this stream. What it once got on demand stays
     * with it: Envoy would not ask again.
     */
    private void hold(String name, String version) {
        Slot slot = slots.get(name);
        if (slot == null && keepsUnasked(name)) {
            slot = add(name);
            slot.known = true;
        }
        if (slot == null
                && type != XdsType.SECRET
                && name.length() <= limits.nameLength()
                && !full()) {
            // Not subscribed to: it goes, unless it is among the unasked names by then.
            slot = add(name);
        }
        if (slot == null) {
            sayAbsent(name);
        } else {
            slot.held = version;
            dirty.add(name);
            if (Learned.onDemand(type) && !slot.always && slot.current().isPresent()) {
                learned.record(peer.serviceAccount(), type, name);
            }
        }
    }

    private boolean keepsUnasked(String name) {
        if (always == null || !Learned.onDemand(type) || name.length() > limits.nameLength()) {
            return false;
        }
        boolean standIn = graph.overflow(type).filter(name::equals).isPresent();
        return (standIn || !full()) && graph.mayExist(graph.key(type, name, asker));
    }

    private Slot add(String name) {
        Slot slot = new Slot(name, source(name));
        slots.put(slot.name, slot);
        return slot;
    }

    private @Nullable Entry source(String name) {
        return type == XdsType.SECRET
                ? null
                : graph.subscribe(graph.key(type, name, asker), stream);
    }

    /**
     * Goes over to what another asker would get: where that stands under another key, the slot
     * follows it. What the client holds is compared with it as with any change, so the same bytes
     * are not sent again.
     */
    void rekey(Asker next) {
        asker = next;
        for (Slot slot : slots.values()) {
            Entry old = slot.entry;
            ResourceKey key = graph.key(type, slot.name, next);
            if (old != null && !key.equals(old.key())) {
                slot.entry = graph.subscribe(key, stream);
                graph.unsubscribe(old, stream);
                mark(slot.name);
            }
        }
    }

    /** Forgets a name. */
    void drop(Slot slot) {
        slots.remove(slot.name);
        dirty.remove(slot.name);
        if (slot.entry != null) {
            graph.unsubscribe(slot.entry, stream);
        }
    }

    void close() {
        if (always != null) {
            graph.unsubscribe(always, stream);
            always = null;
        }
        List.copyOf(slots.values()).forEach(this::drop);
    }

    @Nullable Slot slot(String name) {
        return slots.get(name);
    }

    /** The one that gets its content from there. */
    @SuppressWarnings("ReferenceEquality") // An entry is a place in the graph, not a value.
    @Nullable Slot slot(Entry entry) {
        Slot slot = slots.get(entry.key().name());
        return slot != null && slot.entry == entry ? slot : null;
    }

    Collection<Slot> slots() {
        return slots.values();
    }

    /** Whether this version is what the client should have of a name. */
    boolean offers(String name, String version) {
        Slot slot = slots.get(name);
        return slot != null
                && slot.current().map(Resource::version).filter(version::equals).isPresent();
    }

    /** A change of one name's content. */
    void mark(String name) {
        Slot slot = slots.get(name);
        if (slot != null) {
            slot.goneSince = null;
            dirty.add(name);
        }
    }

    /** Answers as absent, once; what exceeds the limit is a client's own fault and not answered. */
    void sayAbsent(String name) {
        if (absent.size() < limits.answers()) {
            absent.add(name);
        }
    }

    /** The slot that stands in for surplus names, with its content. */
    @Nullable Slot standIn() {
        return graph.overflow(type).map(slots::get).orElse(null);
    }
}
