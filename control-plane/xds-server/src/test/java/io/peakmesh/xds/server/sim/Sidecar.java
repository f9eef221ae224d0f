package io.peakmesh.xds.server.sim;

import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.xds.server.delta.Effect;
import io.peakmesh.xds.server.delta.Event;
import io.peakmesh.xds.server.delta.Proxies;
import io.peakmesh.xds.server.delta.Request;
import io.peakmesh.xds.server.delta.Response;
import io.peakmesh.xds.server.peer.Peer;
import io.peakmesh.xds.server.snapshot.Resource;
import io.peakmesh.xds.translator.XdsType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An Envoy with the whole configuration of a sidecar, which does as it is told: it takes what comes
 * and answers at once, or when {@link #answer} is called, or with a NACK.
 */
final class Sidecar {
    private final MeshOfSidecars mesh;
    private final Peer peer;
    private final Map<XdsType, Set<String>> named = new EnumMap<>(XdsType.class);
    private final Map<XdsType, Map<String, Resource>> held = new EnumMap<>(XdsType.class);
    private final ArrayDeque<Response> unanswered = new ArrayDeque<>();
    final List<Effect.Close> ends = new ArrayList<>();
    private long stream;
    private boolean admitted;
    private boolean silent;
    private Optional<String> refusal = Optional.empty();

    Sidecar(MeshOfSidecars mesh, String workload, String uid, String account) {
        this.mesh = mesh;
        WorkloadName name = WorkloadName.parse(workload);
        this.peer = new Peer(name, uid, new ServiceAccountName(name.namespace(), account));
        for (XdsType type : XdsType.values()) {
            named.put(type, new TreeSet<>());
            held.put(type, new TreeMap<>());
        }
    }

    private Set<String> named(XdsType type) {
        return named.computeIfAbsent(type, _ -> new TreeSet<>());
    }

    /** What it has of one type, by name. */
    Map<String, Resource> held(XdsType type) {
        return held.computeIfAbsent(type, _ -> new TreeMap<>());
    }

    /** The content of a resource in force, as text; empty if it has none. */
    String content(XdsType type, String name) {
        Resource resource = held(type).get(name);
        return resource == null ? "" : ModelEnvoy.content(resource);
    }

    /** Says what it has and wants, once it is let in. */
    void connect() {
        mesh.give(begin());
    }

    List<Proxies.Out> begin() {
        stream = mesh.nextStream();
        unanswered.clear();
        admitted = false;
        return mesh.proxies.open(stream, peer, mesh.now());
    }

    void disconnect() {
        mesh.give(mesh.proxies.closed(stream, mesh.now()));
        stream = 0;
    }

    boolean admitted() {
        return admitted;
    }

    private void admit() {
        admitted = true;
        open(XdsType.CLUSTER, true);
        open(XdsType.ENDPOINT, false);
        open(XdsType.LISTENER, true);
        open(XdsType.ROUTE, false);
        open(XdsType.VIRTUAL_HOST, true);
    }

    private void open(XdsType type, boolean wildcard) {
        List<String> names = new ArrayList<>(named(type));
        if (wildcard && !names.isEmpty()) {
            names.addFirst("*");
        }
        if (names.isEmpty() && !wildcard) {
            return;
        }
        Map<String, String> versions = new TreeMap<>();
        held(type).forEach((name, resource) -> versions.put(name, resource.version()));
        ask(type, names, List.of(), versions);
    }

    void subscribe(XdsType type, String... names) {
        named(type).addAll(List.of(names));
        ask(type, List.of(names), List.of(), Map.of());
    }

    private void ask(
            XdsType type, List<String> names, List<String> gone, Map<String, String> versions) {
        Request.Node node = new Request.Node(peer.workload().toString(), "", "", "", "", "");
        send(
                new Request(
                        Optional.of(node),
                        type.url(),
                        names,
                        gone,
                        versions,
                        "",
                        Optional.empty()));
    }

    private void send(Request request) {
        take(mesh.proxies.step(stream, new Event.Asked(request), mesh.now()));
    }

    /** From now on answers wait for {@link #answer}. */
    void becomeSilent() {
        silent = true;
    }

    /** From now on every resource is refused with this text. */
    void refuse(String text) {
        refusal = Optional.of(text);
    }

    /** From now on everything is taken again. */
    void accept() {
        refusal = Optional.empty();
    }

    /** Sends the answers that wait, and again answers at once. */
    void answer() {
        silent = false;
        for (Response next = unanswered.poll(); next != null; next = unanswered.poll()) {
            answer(next);
        }
    }

    /** Takes what came for any stream; only what came for its own counts. */
    void take(List<Proxies.Out> outs) {
        for (Proxies.Out out : outs) {
            if (out.stream() == stream) {
                switch (out.effect()) {
                    case Effect.Send(Response response) -> receive(response);
                    case Effect.Close close -> ends.add(close);
                    case Effect.Admit _ -> admit();
                    case Effect.AskSecret _,
                            Effect.Rejected _,
                            Effect.ModuleRefused _,
                            Effect.Ignored _ -> {}
                }
            }
        }
    }

    private void receive(Response response) {
        if (silent) {
            unanswered.add(response);
        } else {
            answer(response);
        }
    }

    private void answer(Response response) {
        XdsType type = response.type();
        Optional<String> error = response.resources().isEmpty() ? Optional.empty() : refusal;
        if (error.isEmpty()) {
            response.resources()
                    .forEach(item -> held(type).put(item.resource().name(), item.resource()));
            response.removed().forEach(held(type)::remove);
        }
        send(
                new Request(
                        Optional.empty(),
                        type.url(),
                        List.of(),
                        List.of(),
                        Map.of(),
                        response.nonce(),
                        error));
        if (type == XdsType.CLUSTER && error.isEmpty()) {
            followClusters(response);
        }
        if (type == XdsType.LISTENER && named(XdsType.ROUTE).add("outbound")) {
            ask(XdsType.ROUTE, List.of("outbound"), List.of(), Map.of());
        }
    }

    private void followClusters(Response response) {
        for (Response.Item item : response.resources()) {
            item.resource()
                    .endpoints()
                    .filter(named(XdsType.ENDPOINT)::add)
                    .ifPresent(name -> ask(XdsType.ENDPOINT, List.of(name), List.of(), Map.of()));
        }
        for (String name : response.removed()) {
            if (named(XdsType.ENDPOINT).remove(name)) {
                held(XdsType.ENDPOINT).remove(name);
                ask(XdsType.ENDPOINT, List.of(), List.of(name), Map.of());
            }
        }
    }
}
