package io.peakmesh.xds.server.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.xds.server.delta.Request;
import io.peakmesh.xds.server.delta.Response;
import io.peakmesh.xds.server.snapshot.Resource;
import io.peakmesh.xds.translator.XdsType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What an Envoy does on its end of the stream, as far as a server can tell: which names it
 * subscribes to and when, what it remembers over a lost connection, how it refuses.
 */
final class ModelEnvoy {
    /** What it says of the module, and what is true. */
    enum Module {
        UNKNOWN("", "1.40.0", false),
        UNUSED("none", "1.40.0", false),
        TOO_OLD("v1", "1.37.0", false),
        BROKEN("v1", "1.40.0", false),
        WORKS("v1", "1.40.0", true);

        private final String marker;
        private final String build;
        final boolean works;

        Module(String marker, String build, boolean works) {
            this.marker = marker;
            this.build = build;
            this.works = works;
        }

        /** Whether a server may send what names the module. */
        boolean offered() {
            return works || this == BROKEN;
        }
    }

    final String workload;
    final String uid;
    final String zone;
    Module module;
    private final RandomGenerator random;
    private final Map<XdsType, Known> types = new EnumMap<>(XdsType.class);
    final Set<String> warming = new TreeSet<>();
    private @Nullable Wire wire;

    /** One type: what is in force, and what the stream is told. */
    static final class Known {
        /** name → content in force. */
        final Map<String, String> contents = new TreeMap<>();

        /** name → version, as the next connection will say it. */
        final Map<String, String> versions = new HashMap<>();

        /**
         * Names whose content came in a response that was refused for another's sake: like Envoy,
         * the next connection names the version before it, so no server can put that right.
         */
        final Set<String> untold = new TreeSet<>();

        final Set<String> named = new TreeSet<>();
        boolean opened;
        boolean everOpened;
    }

    ModelEnvoy(String workload, String uid, RandomGenerator random) {
        this.workload = workload;
        this.uid = uid;
        this.random = random;
        this.zone = random.nextBoolean() ? "" : "claimed";
        this.module = Module.values()[random.nextInt(Module.values().length)];
        for (XdsType type : XdsType.values()) {
            types.put(type, new Known());
        }
        known(XdsType.SECRET).named.add("id");
    }

    Known known(XdsType type) {
        return types.computeIfAbsent(type, _ -> new Known());
    }

    @Nullable Wire wire() {
        return wire;
    }

    void disconnected() {
        wire = null;
        types.values().forEach(known -> known.opened = false);
    }

    /** Somebody puts a good file in the place of the broken one. */
    void repairModule() {
        if (module == Module.BROKEN) {
            module = Module.WORKS;
        }
    }

    void connected(Wire fresh) {
        wire = fresh;
        // A cluster that was warming when the connection broke takes the endpoints that Envoy has
        // once its initial fetch times out; no server can know that it waits.
        warming.removeIf(known(XdsType.ENDPOINT).versions::containsKey);
        open(XdsType.CLUSTER, true);
        openEndpoints();
        open(XdsType.LISTENER, true);
        open(XdsType.SECRET, false);
        if (!known(XdsType.ROUTE).named.isEmpty()) {
            open(XdsType.ROUTE, false);
        }
        if (!known(XdsType.ROUTE).contents.isEmpty()) {
            open(XdsType.VIRTUAL_HOST, true);
        }
    }

    private void openEndpoints() {
        if (!known(XdsType.ENDPOINT).named.isEmpty()) {
            open(XdsType.ENDPOINT, false);
        }
    }

    private void open(XdsType type, boolean wildcard) {
        Known known = known(type);
        if (known.opened) {
            return;
        }
        List<String> names = new ArrayList<>(known.named);
        if (wildcard && (known.everOpened || !names.isEmpty())) {
            names.addFirst("*");
        }
        known.opened = true;
        known.everOpened = true;
        send(type, names, List.of(), known.versions, "", Optional.empty());
    }

    private void send(
            XdsType type,
            List<String> subscribe,
            List<String> unsubscribe,
            Map<String, String> versions,
            String nonce,
            Optional<String> error) {
        if (wire != null) {
            wire.toServer.add(
                    new Request(
                            Optional.of(
                                    new Request.Node(
                                            workload, "", zone, module.build, module.marker, "")),
                            type.url(),
                            subscribe,
                            unsubscribe,
                            versions,
                            nonce,
                            error));
        }
    }

    private void subscribe(XdsType type, String name) {
        Known known = known(type);
        known.named.add(name);
        if (known.opened) {
            send(type, List.of(name), List.of(), Map.of(), "", Optional.empty());
        } else if (type == XdsType.ENDPOINT || type == XdsType.ROUTE) {
            open(type, false);
        }
    }

    private void unsubscribe(XdsType type, String name) {
        Known known = known(type);
        if (known.named.remove(name) && known.opened) {
            send(type, List.of(), List.of(name), Map.of(), "", Optional.empty());
        }
    }

    /** The app calls a service by its name. */
    void call(String service) {
        Known hosts = known(XdsType.VIRTUAL_HOST);
        String host = "outbound/" + service;
        if (wire == null || !hosts.opened) {
            return;
        }
        if (hosts.contents.containsKey(host)) {
            String cluster = "ns/" + service;
            Known clusters = known(XdsType.CLUSTER);
            if (!clusters.contents.containsKey(cluster) && !clusters.named.contains(cluster)) {
                subscribe(XdsType.CLUSTER, cluster);
            }
        } else if (!hosts.contents.containsKey(SimTranslator.STAND_IN)) {
            subscribe(XdsType.VIRTUAL_HOST, host);
        }
    }

    /** Gives up a name that it had asked for. */
    void giveUp(String service) {
        unsubscribe(XdsType.VIRTUAL_HOST, "outbound/" + service);
        known(XdsType.VIRTUAL_HOST).contents.remove("outbound/" + service);
        known(XdsType.VIRTUAL_HOST).versions.remove("outbound/" + service);
    }

    /** Takes one response, and ACKs it or not. */
    void receive(Response response) {
        Map<String, String> bad = faults(response);
        boolean names = response.type() == XdsType.CLUSTER || response.type() == XdsType.LISTENER;
        if (bad.isEmpty() || names) {
            for (Response.Item item : response.resources()) {
                if (!bad.containsKey(item.resource().name())) {
                    take(response.type(), item.resource(), bad.isEmpty());
                }
            }
            response.removed().forEach(name -> lose(response.type(), name));
        }
        Optional<String> error = Optional.empty();
        if (!bad.isEmpty()) {
            error =
                    Optional.of(
                            names
                                    ? "Error adding/updating cluster(s) " + said(bad)
                                    : "something is wrong");
        }
        send(response.type(), List.of(), List.of(), Map.of(), response.nonce(), error);
        follow(response);
        if (random.nextInt(20) == 0) {
            send(response.type(), List.of(), List.of(), Map.of(), "stale", error);
        }
    }

    /** What it cannot use, with its reasons. */
    private Map<String, String> faults(Response response) {
        Map<String, String> bad = new TreeMap<>();
        for (Response.Item item : response.resources()) {
            String content = content(item.resource());
            boolean named = SimTranslator.namesModule(content);
            assertThat(named && !module.offered()).as("%s: %s", module, content).isFalse();
            if (SimTranslator.bad(content)) {
                bad.put(item.resource().name(), "no");
            } else if (named && !module.works) {
                bad.put(item.resource().name(), "Failed to load dynamic module: lib.so: no");
            }
        }
        return bad;
    }

    private static String said(Map<String, String> bad) {
        List<String> reasons = new ArrayList<>();
        bad.forEach((name, reason) -> reasons.add(name + ": " + reason));
        return String.join(", ", reasons);
    }

    private void take(XdsType type, Resource resource, boolean accepted) {
        Known known = known(type);
        if (type == XdsType.ENDPOINT && !known.named.contains(resource.name())) {
            return;
        }
        if (!resource.isAbsent()) {
            String before = known.contents.put(resource.name(), content(resource));
            if (type == XdsType.CLUSTER && !content(resource).equals(before)) {
                warming.add(resource.name());
            }
        }
        if (type == XdsType.ENDPOINT) {
            warming.remove(resource.name());
        }
        if (accepted) {
            known.versions.put(resource.name(), resource.version());
            known.untold.remove(resource.name());
        } else {
            known.untold.add(resource.name());
        }
    }

    static String content(Resource resource) {
        return resource.body().toStringUtf8();
    }

    private void lose(XdsType type, String name) {
        known(type).contents.remove(name);
        known(type).versions.remove(name);
        known(type).untold.remove(name);
        if (type == XdsType.CLUSTER) {
            warming.remove(name);
        }
        if (type == XdsType.ENDPOINT) {
            warming.remove(name);
        }
    }

    /** The subscriptions that follow from what was taken. */
    private void follow(Response response) {
        switch (response.type()) {
            case CLUSTER -> {
                Known clusters = known(XdsType.CLUSTER);
                for (String name : clusters.contents.keySet()) {
                    if (!known(XdsType.ENDPOINT).named.contains(name)) {
                        subscribe(XdsType.ENDPOINT, name);
                    }
                }
                for (String name : new HashSet<>(known(XdsType.ENDPOINT).named)) {
                    if (!clusters.contents.containsKey(name)) {
                        unsubscribe(XdsType.ENDPOINT, name);
                        known(XdsType.ENDPOINT).contents.remove(name);
                        known(XdsType.ENDPOINT).versions.remove(name);
                    }
                }
            }
            case LISTENER -> {
                if (!known(XdsType.ROUTE).named.contains("outbound")) {
                    subscribe(XdsType.ROUTE, "outbound");
                }
            }
            case ROUTE -> open(XdsType.VIRTUAL_HOST, true);
            case SECRET, ENDPOINT, VIRTUAL_HOST -> {}
        }
    }
}
