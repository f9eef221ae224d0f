package io.peakmesh.benchmarks.fanout;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a sidecar says on its stream, without the stream: all clusters, all listeners, the route
 * configuration and the secrets that the listeners name, the reserved virtual host, then the
 * virtual hosts, clusters and endpoints of the services that it uses, each kind in one request (as
 * Envoy does when it reconnects). Every response is ACKed by a message of its own.
 */
final class Conversation {
    /** One request to send; {@code nonce} is empty unless it is an ACK. */
    record Message(Type type, List<String> names, String nonce) {
        Message {
            names = List.copyOf(names);
        }

        boolean asks() {
            return nonce.isEmpty();
        }
    }

    private enum Step {
        ALL_CLUSTERS,
        ALL_LISTENERS,
        ROUTES,
        FIRST_VIRTUAL_HOST,
        VIRTUAL_HOSTS,
        CLUSTERS,
        ENDPOINTS,
        CONFIGURED
    }

    private final Uses uses;
    private final long[] versions;
    private final Set<String> held = new HashSet<>();
    private final Map<Type, Set<String>> awaited = new EnumMap<>(Type.class);
    private Step step = Step.ALL_CLUSTERS;

    Conversation(Uses uses) {
        this.uses = uses;
        this.versions = new long[uses.clusters().size()];
    }

    /** The first message, which alone is to carry the node. */
    Message open() {
        return new Message(Type.CLUSTER, List.of(), "");
    }

    boolean configured() {
        return step == Step.CONFIGURED;
    }

    /**
     * The version last received of the endpoints at a place of {@link Uses#clusters}; 0 if none.
     */
    long version(int place) {
        return versions[place];
    }

    /**
     * Takes a response and returns what to send. Throws IllegalStateException if the control plane
     * says that a name of the run's own mesh does not exist.
     */
    List<Message> on(DeltaResponse response) {
        List<Message> out = new ArrayList<>(2);
        out.add(new Message(response.type(), List.of(), response.nonce()));
        Set<String> waiting = awaited.getOrDefault(response.type(), Set.of());
        for (String name : response.removed()) {
            if (waiting.contains(name)) {
                throw new IllegalStateException("the control plane has no " + name);
            }
        }
        for (DeltaResponse.Item item : response.resources()) {
            if (!waiting.isEmpty()) {
                waiting.remove(item.name());
            }
            Integer place = uses.places().get(item.name());
            if (place != null && response.type() == Type.ENDPOINT) {
                versions[place] = item.version();
            } else if (place != null && response.type() == Type.CLUSTER) {
                held.add(item.name());
            } else if (response.type() == Type.VIRTUAL_HOST && !configured()) {
                held.add(item.name());
            }
        }
        if (!configured()) {
            advance(response.type(), out);
        }
        return out;
    }

    private void advance(Type answered, List<Message> out) {
        switch (step) {
            case ALL_CLUSTERS -> {
                if (answered == Type.CLUSTER) {
                    step = Step.ALL_LISTENERS;
                    ask(Type.LISTENER, List.of(), out);
                }
            }
            case ALL_LISTENERS -> {
                if (answered == Type.LISTENER) {
                    step = Step.ROUTES;
                    ask(Type.ROUTE, List.of("outbound"), out);
                    ask(Type.SECRET, List.of("id", "roots"), out);
                }
            }
            case ROUTES -> {
                if (has(Type.ROUTE)) {
                    step = Step.FIRST_VIRTUAL_HOST;
                    ask(Type.VIRTUAL_HOST, List.of(), out);
                }
            }
            case FIRST_VIRTUAL_HOST -> {
                if (answered == Type.VIRTUAL_HOST) {
                    step = Step.VIRTUAL_HOSTS;
                    askForMissing(Type.VIRTUAL_HOST, uses.virtualHosts(), out);
                    advance(answered, out);
                }
            }
            case VIRTUAL_HOSTS -> {
                if (has(Type.VIRTUAL_HOST)) {
                    step = Step.CLUSTERS;
                    askForMissing(Type.CLUSTER, uses.clusters(), out);
                    advance(answered, out);
                }
            }
            case CLUSTERS -> {
                if (has(Type.CLUSTER)) {
                    step = Step.ENDPOINTS;
                    ask(Type.ENDPOINT, uses.clusters(), out);
                }
            }
            case ENDPOINTS -> {
                if (has(Type.ENDPOINT) && has(Type.SECRET)) {
                    step = Step.CONFIGURED;
                    awaited.clear();
                    held.clear();
                }
            }
            case CONFIGURED -> {}
        }
    }

    private boolean has(Type type) {
        return awaited.getOrDefault(type, Set.of()).isEmpty();
    }

    /** What came unasked, since replicas use it, need not be asked for. */
    private void askForMissing(Type type, List<String> names, List<Message> out) {
        List<String> missing = names.stream().filter(name -> !held.contains(name)).toList();
        if (!missing.isEmpty()) {
            ask(type, missing, out);
        }
    }

    private void ask(Type type, List<String> names, List<Message> out) {
        awaited.put(type, new HashSet<>(names));
        out.add(new Message(type, names, ""));
    }
}
