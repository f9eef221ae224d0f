package io.peakmesh.xds.server.delta;

import io.peakmesh.model.Workload;
import io.peakmesh.xds.server.delta.Effect.Reason;
import io.peakmesh.xds.server.delta.TypeStream.Phase;
import io.peakmesh.xds.server.peer.Peer;
import io.peakmesh.xds.server.peer.SecretSource.Secret;
import io.peakmesh.xds.server.snapshot.Derived;
import io.peakmesh.xds.server.snapshot.Entry;
import io.peakmesh.xds.server.snapshot.Names;
import io.peakmesh.xds.server.snapshot.ResourceGraph;
import io.peakmesh.xds.server.snapshot.Subscriber;
import io.peakmesh.xds.translator.Asker;
import io.peakmesh.xds.translator.XdsType;
import io.peakmesh.xds.translator.name.ResourceNames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One proxy's stream. Additions go in the order of {@link XdsType}; removals of clusters and
 * endpoints go last, when the listeners, routes and virtual hosts that used them are gone from the
 * client ("make before break", xDS protocol, "Eventual consistency considerations").
 */
final class DeltaStream implements Subscriber {
    private static final List<XdsType> USERS =
            List.of(XdsType.LISTENER, XdsType.ROUTE, XdsType.VIRTUAL_HOST);
    private static final List<XdsType> USED = List.of(XdsType.CLUSTER, XdsType.ENDPOINT);

    /** Of these, resources may name the Peak-EWMA module. */
    private static final Set<XdsType> BALANCING = EnumSet.of(XdsType.CLUSTER, XdsType.LISTENER);

    /** Of a zone's name in Kubernetes, whose label values are that long at most. */
    private static final int ZONE_LENGTH = 63;

    private final Peer peer;
    private final ResourceGraph graph;
    private final Learned learned;
    private final Limits limits;
    private final Runnable onMark;
    private final Map<XdsType, TypeStream> types = new EnumMap<>(XdsType.class);
    private final Secrets secrets = new Secrets();

    /** Endpoints of clusters sent before the client's first request for endpoints arrived. */
    private final Set<String> owed = new HashSet<>(2);

    private Request.@Nullable Node node;

    /** What decides which resources stand under the names that this proxy asks for. */
    private Asker asker;

    /** Why its Envoy cannot use the module, once it said so. */
    private @Nullable String moduleRefusal;

    private boolean writable = true;
    private boolean closed;
    private boolean acked;
    private boolean notedUnknownType;
    private long nonces;

    DeltaStream(Peer peer, ResourceGraph graph, Learned learned, Limits limits, Runnable onMark) {
        this.peer = peer;
        this.graph = graph;
        this.learned = learned;
        this.limits = limits;
        this.onMark = onMark;
        this.asker = Asker.stock(peer.workload());
    }

    Peer peer() {
        return peer;
    }

    Optional<Request.Node> node() {
        return Optional.ofNullable(node);
    }

    Balancer balancer() {
        if (moduleRefusal != null) {
            return Balancer.refused(moduleRefusal);
        }
        return node == null ? Balancer.unknown() : Balancer.of(node);
    }

    /** Where it runs: what the mesh knows of it counts before what the proxy claims. */
    private String zone() {
        Workload workload = graph.mesh().workloads().get(peer.workload());
        if (workload != null && !workload.zone().isEmpty()) {
            return workload.zone();
        }
        return node != null && node.zone().length() <= ZONE_LENGTH ? node.zone() : "";
    }

    /** The mesh says something else of its workload than before. */
    void workloadChanged() {
        if (node != null && !closed) {
            rekey();
        }
    }

    private void rekey() {
        Asker next = new Asker(peer.workload(), zone(), balancer().peakEwma());
        if (!next.equals(asker)) {
            asker = next;
            types.values().forEach(t -> t.subscriptions.rekey(next));
            onMark.run();
        }
    }

    boolean closed() {
        return closed;
    }

    /** Whether the client has its first configuration. */
    boolean synced() {
        return acked
                && types.values().stream().noneMatch(t -> t.outstanding != null || t.pending());
    }

    List<Effect> step(Event event, Instant now) {
        if (closed) {
            return List.of();
        }
        List<Effect> out = new ArrayList<>();
        switch (event) {
            case Event.Asked(Request request) -> asked(request, out);
            case Event.Writable(boolean is) -> writable = is;
            case Event.SecretReady(String name, Optional<Secret> secret) ->
                    secretReady(name, secret, now);
            case Event.SecretFailed(String name) -> secrets.failed(name, now);
            case Event.SecretsChanged _ -> secrets.refreshAll();
            case Event.Tick _ -> {}
        }
        if (!closed) {
            pump(now, out);
        }
        return out;
    }

    private void asked(Request request, List<Effect> out) {
        if (node == null) {
            node = request.node().orElse(new Request.Node("", "", "", "", "", ""));
            if (!node.id().equals(peer.workload().toString())) {
                end(
                        Reason.NOT_ITS_NODE,
                        "claims the node id '"
                                + Printable.of(node.id())
                                + "', which its token does not prove",
                        out);
                return;
            }
            rekey();
        }
        Optional<XdsType> known = XdsType.ofUrl(request.typeUrl());
        if (known.isEmpty()) {
            if (!notedUnknownType) {
                notedUnknownType = true;
                out.add(new Effect.Ignored(Printable.of(request.typeUrl())));
            }
            return;
        }
        XdsType type = known.get();
        TypeStream stream = types.get(type);
        if (stream == null) {
            stream =
                    new TypeStream(
                            type,
                            limits,
                            new Subscriptions(type, peer, asker, graph, learned, limits, this));
            types.put(type, stream);
            stream.subscriptions.open(request);
            if (type == XdsType.ENDPOINT) {
                owed.forEach(this::sendAgain);
                owed.clear();
            }
        } else {
            answer(type, stream, request, out);
            stream.subscriptions.update(request);
        }
    }

    private void answer(XdsType type, TypeStream stream, Request request, List<Effect> out) {
        TypeStream.Sent sent = stream.outstanding;
        if (sent == null || !sent.nonce().equals(request.nonce())) {
            return;
        }
        if (request.error().isEmpty()) {
            acked = true;
            stream.acked();
            return;
        }
        Map<String, String> versions = sent.versions();
        String text = request.error().get();
        Set<String> bad = stream.nacked(text);
        Map<String, String> rejected = new TreeMap<>();
        bad.forEach(name -> rejected.put(name, versions.getOrDefault(name, "")));
        if (namedModule(type) && NackText.refusesModule(text)) {
            moduleRefused(text, out);
            rejected.entrySet()
                    .removeIf(e -> !stream.subscriptions.offers(e.getKey(), e.getValue()));
            if (rejected.isEmpty()) {
                return;
            }
        }
        out.add(new Effect.Rejected(type, rejected, text));
    }

    /** Whether this stream sent, or sends, resources of this type that name the module. */
    private boolean namedModule(XdsType type) {
        return BALANCING.contains(type) && node != null && Balancer.of(node).peakEwma();
    }

    /**
     * The node's fault: what it refused for it is no bad resource, and is replaced at once. Told
     * once, as further refusals of what was under way say the same.
     */
    private void moduleRefused(String nack, List<Effect> out) {
        if (moduleRefusal == null) {
            moduleRefusal = Printable.of(NackText.reason(nack));
            out.add(new Effect.ModuleRefused(moduleRefusal));
            rekey();
        }
    }

    private void secretReady(String name, Optional<Secret> answer, Instant now) {
        TypeStream stream = types.get(XdsType.SECRET);
        Slot slot = stream == null ? null : stream.subscriptions.slot(name);
        secrets.answered(name);
        if (slot != null && stream != null) {
            secrets.take(slot, answer, now);
            stream.subscriptions.mark(name);
        }
    }

    private void pump(Instant now, List<Effect> out) {
        TypeStream keys = types.get(XdsType.SECRET);
        if (keys != null) {
            secrets.ask(keys.subscriptions.slots(), now, out);
        }
        for (TypeStream each : types.values()) {
            TypeStream.Sent sent = each.outstanding;
            if (sent != null && sent.at().plus(limits.ackAge()).isBefore(now)) {
                end(Reason.ACK_OVERDUE, "a response was not answered in time", out);
                return;
            }
        }
        if (!writable) {
            return;
        }
        for (XdsType type : XdsType.values()) {
            send(type, phase(type, now), now, out);
        }
        for (XdsType type : USED) {
            if (mayRemove(type)) {
                send(type, Phase.ALL, now, out);
            }
        }
    }

    private Phase phase(XdsType type, Instant now) {
        if (USED.contains(type)) {
            return Phase.UPDATES;
        }
        if (USERS.contains(type)) {
            for (XdsType before : USED) {
                TypeStream stream = types.get(before);
                TypeStream.Sent sent = stream == null ? null : stream.outstanding;
                if (sent != null && now.isBefore(sent.at().plus(limits.order()))) {
                    return Phase.ANSWERS;
                }
            }
        }
        return Phase.ALL;
    }

    /** Removals that are held back for too long go without waiting for this. */
    private boolean mayRemove(XdsType type) {
        TypeStream stream = types.get(type);
        return stream != null
                && stream.removalsHeld
                && USERS.stream()
                        .map(types::get)
                        .noneMatch(t -> t != null && (t.outstanding != null || t.pending()));
    }

    private void send(XdsType type, Phase phase, Instant now, List<Effect> out) {
        TypeStream stream = types.get(type);
        if (stream == null || stream.outstanding != null || !stream.pending()) {
            return;
        }
        Response response = stream.next(phase, Long.toString(nonces + 1, 36), now);
        if (response == null) {
            return;
        }
        nonces++;
        out.add(new Effect.Send(response));
        for (Response.Item item : response.resources()) {
            String name = item.resource().name();
            Slot slot = stream.subscriptions.slot(name);
            if (Learned.onDemand(type) && slot != null && slot.named && !slot.always) {
                if (!item.resource().isAbsent()) {
                    learned.record(peer.serviceAccount(), type, name);
                }
            }
            item.resource().endpoints().ifPresent(this::sendAgain);
        }
    }

    /** A changed cluster waits for its endpoints even if it had them before. */
    private void sendAgain(String endpoints) {
        TypeStream stream = types.get(XdsType.ENDPOINT);
        if (stream == null) {
            owed.add(endpoints);
            return;
        }
        Slot slot = stream.subscriptions.slot(endpoints);
        if (slot != null) {
            slot.asked = true;
            stream.subscriptions.mark(endpoints);
        }
    }

    @Override
    public void changed(Derived what) {
        switch (what) {
            case Entry entry -> {
                TypeStream stream = types.get(entry.key().type());
                if (stream != null) {
                    stream.subscriptions.mark(entry.key().name());
                }
            }
            case Names names -> {
                TypeStream stream = types.get(names.type());
                if (stream != null) {
                    stream.subscriptions.syncAlways();
                }
            }
        }
        onMark.run();
    }

    List<Effect> end(Reason reason, String text) {
        List<Effect> out = new ArrayList<>();
        if (!closed) {
            end(reason, text, out);
        }
        return out;
    }

    private void end(Reason reason, String text, List<Effect> out) {
        release();
        out.add(new Effect.Close(reason, text));
    }

    /** Gives up all subscriptions; nothing follows. */
    void release() {
        if (!closed) {
            closed = true;
            types.values().forEach(t -> t.subscriptions.close());
        }
    }

    /** Notes how far this stream is with a resource, if it is subscribed to it. */
    void count(Entry entry, Standing.Tally tally) {
        TypeStream stream = types.get(entry.key().type());
        if (stream != null) {
            tally.add(peer, stream, stream.subscriptions.slot(entry));
        }
    }

    /** Notes how far this stream is with what lets its workload's callers in. */
    void countInbound(Standing.Tally tally) {
        TypeStream listeners = types.get(XdsType.LISTENER);
        if (listeners == null) {
            tally.behind(peer);
            return;
        }
        tally.add(peer, listeners, listeners.subscriptions.slot(ResourceNames.INBOUND));
        TypeStream routes = types.get(XdsType.ROUTE);
        if (routes != null) {
            routes.subscriptions.slots().stream()
                    .filter(Slot::ofItsWorkload)
                    .forEach(slot -> tally.add(peer, routes, slot));
        }
    }

    /** What people may see of this stream. */
    Map<XdsType, ProxyView.OfType> view() {
        Map<XdsType, ProxyView.OfType> view = new EnumMap<>(XdsType.class);
        types.forEach((type, stream) -> view.put(type, stream.view()));
        return view;
    }
}
