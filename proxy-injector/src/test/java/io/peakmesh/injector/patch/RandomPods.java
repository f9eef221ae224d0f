package io.peakmesh.injector.patch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Pods as nobody writes them: fields absent, empty, null, or with what the mesh would add. */
final class RandomPods {
    private final RandomGenerator random;

    RandomPods(RandomGenerator random) {
        this.random = random;
    }

    Map<String, Object> pod() {
        Map<String, Object> pod = Tree.of();
        if (chance(3)) {
            put(pod, "kind", "Pod");
        }
        sometimes(pod, "metadata", metadata());
        Map<String, Object> spec = Tree.of("serviceAccountName", "web");
        sometimes(spec, "restartPolicy", pick("Always", "Always", "OnFailure"));
        sometimes(spec, "initContainers", containers("init", true));
        put(spec, "containers", containers("app", false));
        sometimes(spec, "volumes", List.of(Tree.of("name", "data", "emptyDir", Tree.of())));
        put(pod, "spec", spec);
        return pod;
    }

    NamespaceFacts namespace() {
        Map<String, String> labels =
                Map.of(
                        "pod-security.kubernetes.io/enforce",
                        pick("privileged", "privileged", "baseline", "restricted"));
        return Cases.namespace(
                labels, Map.of("peakmesh.io/access", pick("permissive", "enforcing")));
    }

    InjectionSettings mesh() {
        return Cases.mesh(
                random.nextBoolean(), chance(2) ? Map.of("opaque-ports", "3306") : Map.of());
    }

    private Map<String, Object> metadata() {
        Map<String, Object> metadata = Tree.of("creationTimestamp", "2026-01-01T00:00:00Z");
        Map<String, Object> annotations = Tree.of();
        sometimes(annotations, "team/owner~", "shop");
        maybe(annotations, Names.PROXY, pick("redirect", "mesh-port"));
        maybe(annotations, Names.PROXY_VERSION, "0.0.1");
        maybe(annotations, Names.ORIGINAL, "{\"annotations\":{\"a\":\"b\"}}");
        maybe(annotations, Names.OUTBOUND_PORT, "16001");
        maybe(annotations, Names.CONFIG + "opaque-ports", "25");
        maybe(annotations, Names.CONFIG + "probes", pick("through", "rewrite"));
        sometimes(metadata, "annotations", annotations);
        return metadata;
    }

    private List<Object> containers(String prefix, boolean init) {
        List<Object> out = new ArrayList<>();
        int count = init ? random.nextInt(3) : 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            Map<String, Object> container = Tree.of("name", prefix + i, "image", "x");
            if (init) {
                maybe(container, "restartPolicy", "Always");
            }
            List<Object> env = new ArrayList<>();
            if (chance(2)) {
                env.add(Tree.of("name", pick("http_proxy", "NO_PROXY", "MODE"), "value", "v"));
            }
            sometimes(container, "env", env);
            sometimes(container, "ports", List.of(Tree.of("containerPort", 8080, "name", "http")));
            for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
                sometimes(container, probe, probe());
            }
            out.add(container);
        }
        return out;
    }

    private Map<String, Object> probe() {
        Map<String, Object> probe =
                switch (random.nextInt(6)) {
                    case 0 -> Tree.of("exec", Tree.of("command", List.of("true")));
                    case 1 -> Tree.of("tcpSocket", Tree.of("port", pick("http", "none")));
                    case 2 -> Tree.of("grpc", Tree.of("port", 9000));
                    case 3 -> Tree.of("httpGet", Tree.of("path", "/probes/0", "port", 15021));
                    case 4 -> Tree.of("httpGet", Tree.of("port", 80, "host", "10.0.0.1"));
                    default ->
                            Tree.of(
                                    "httpGet",
                                    Tree.of(
                                            "path",
                                            "/live",
                                            "port",
                                            "http",
                                            "scheme",
                                            pick("HTTP", "HTTPS"),
                                            "httpHeaders",
                                            List.of(Tree.of("name", "Host", "value", "a"))));
                };
        probe.put("periodSeconds", 3);
        return probe;
    }

    /** The value, something empty in its place, null, or nothing. */
    @SuppressWarnings("NullAway") // a JSON value may be null
    private void sometimes(Map<String, Object> map, String key, Object value) {
        switch (random.nextInt(8)) {
            case 0 -> {}
            case 1 -> map.put(key, null);
            case 2 ->
                    map.put(
                            key,
                            switch (value) {
                                case Map<?, ?> _ -> Tree.of();
                                case List<?> _ -> new ArrayList<>();
                                default -> value;
                            });
            default -> map.put(key, value);
        }
    }

    private void maybe(Map<String, Object> map, String key, Object value) {
        if (chance(4)) {
            map.put(key, value);
        }
    }

    private static void put(Map<String, Object> map, String key, Object value) {
        map.put(key, value);
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
