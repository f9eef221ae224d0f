package io.peakmesh.smi.index;

import io.peakmesh.model.ObjectRef;
import io.peakmesh.smi.object.MeshObject;
import io.peakmesh.smi.object.MeshObject.EndpointSet;
import io.peakmesh.smi.object.MeshObject.EndpointSliceObject;
import io.peakmesh.smi.object.MeshObject.EndpointsObject;
import io.peakmesh.smi.object.MeshObject.NamespaceObject;
import io.peakmesh.smi.object.MeshObject.NodeObject;
import io.peakmesh.smi.object.MeshObject.PodObject;
import io.peakmesh.smi.object.MeshObject.ServiceObject;
import io.peakmesh.smi.object.MeshObject.SmiObject;
import io.peakmesh.smi.object.Meta;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Objects of every kind over a few names, so that they often meet; with mistakes if wanted. */
final class RandomObjects {
    private static final List<String> NAMESPACES = List.of("a", "b");
    private static final List<String> NAMES = List.of("x", "y", "z");
    private static final List<String> IPS =
            List.of("10.0.0.1", "10.0.0.2", "10.0.0.3", "fd00::1", "FD00:0::2", "10.0.0.4");
    private static final List<String> PORT_NAMES = List.of("", "http", "tcp-x", "web");

    private final Random random;
    private final boolean mistakes;

    RandomObjects(Random random, boolean mistakes) {
        this.random = random;
        this.mistakes = mistakes;
    }

    MeshObject next() {
        return switch (random.nextInt(13)) {
            case 0 -> new NamespaceObject(namespaceMeta());
            case 1, 2 -> service();
            case 3 -> slice();
            case 4 -> endpoints();
            case 5, 6 -> pod();
            case 7 -> smi("TrafficTarget", "access.smi-spec.io", target());
            case 8 -> smi("HTTPRouteGroup", "specs.smi-spec.io", group());
            case 9, 10 -> node();
            case 11 -> smi(pick("TCPRoute", "UDPRoute"), "specs.smi-spec.io", ports());
            default -> smi("TrafficSplit", "split.smi-spec.io", split());
        };
    }

    @SafeVarargs
    private <T> T pick(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private String orBad(String good, String bad) {
        return mistakes && random.nextInt(4) == 0 ? bad : good;
    }

    private <T> List<T> some(int most, Supplier<T> each) {
        List<T> list = new ArrayList<>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            list.add(each.get());
        }
        return list;
    }

    private Map<String, String> annotations(String... pairs) {
        Map<String, String> map = new TreeMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            if (random.nextBoolean()) {
                map.put(pairs[i], orBad(pairs[i + 1], "nonsense!"));
            }
        }
        return map;
    }

    private Meta meta(String kind, String namespace, Map<String, String> annotations) {
        Map<String, String> labels = new TreeMap<>();
        labels.put("app", pick(NAMES));
        if (random.nextInt(3) == 0) {
            labels.put("topology.kubernetes.io/zone", orBad(pick("z1", "z2"), "a zone"));
        }
        Optional<Instant> created =
                random.nextBoolean()
                        ? Optional.empty()
                        : Optional.of(Instant.ofEpochSecond(random.nextInt(3)));
        return new Meta(
                new ObjectRef(kind, namespace, pick(NAMES), ""),
                pick("", "uid-1", "uid-2"),
                created,
                new TreeMap<>(labels),
                new TreeMap<>(annotations));
    }

    private Meta namespaceMeta() {
        Meta meta =
                meta(
                        "Namespace",
                        "",
                        annotations(
                                "peakmesh.io/access", pick("permissive", "enforcing"),
                                "peakmesh.io/unmeshed-callers", pick("allow", "deny"),
                                "config.peakmesh.io/opaque-ports", pick("", "80", "81-8080")));
        return new Meta(
                new ObjectRef("Namespace", "", pick(NAMESPACES), ""),
                "",
                meta.created(),
                meta.labels(),
                meta.annotations());
    }

    private NodeObject node() {
        Map<String, String> labels = new TreeMap<>(Map.of("kubernetes.io/os", pick("a", "b")));
        for (String label :
                List.of("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone")) {
            if (random.nextBoolean()) {
                labels.put(label, orBad(pick("", "z0", "z1", "z2"), "a zone"));
            }
        }
        Meta meta = meta("Node", "", annotations("topology.kubernetes.io/zone", "z5"));
        return new NodeObject(
                new Meta(
                        new ObjectRef("Node", "", pick("n1", "n2"), ""),
                        meta.uid(),
                        meta.created(),
                        new TreeMap<>(labels),
                        meta.annotations()));
    }

    private ServiceObject service() {
        Map<String, String> annotations =
                annotations(
                        "peakmesh.io/balancing", pick("default", "peak-ewma", "random", "maglev"),
                        "peakmesh.io/balancing-decay", pick("1ms", "2m", "10s500ms"),
                        "peakmesh.io/balancing-default-rtt", pick("1ms", "60s"),
                        "peakmesh.io/balancing-failure-penalty", pick("0s", "5s"),
                        "peakmesh.io/balancing-error-penalty", pick("0s", "1m"),
                        "peakmesh.io/balancing-max-retry-after", pick("0ms", "5m"),
                        "peakmesh.io/balancing-decai", "5s",
                        "peakmesh.io/hash-on", pick("source-address", "header:X-User", "cookie:u"),
                        "service.kubernetes.io/topology-mode", "Auto",
                        "config.peakmesh.io/opaque-ports", pick("", "80", "8080"));
        return new ServiceObject(
                meta("Service", pick(NAMESPACES), annotations),
                pick("ClusterIP", "ClusterIP", "ExternalName"),
                some(
                        3,
                        () ->
                                new ServiceObject.Port(
                                        pick(PORT_NAMES),
                                        pick(80, 81, 8080, 0),
                                        pick("", "8080", "web"),
                                        pick("TCP", "TCP", "UDP", "SCTP"),
                                        pick("", "", "grpc", "odd"))),
                some(2, () -> orBad(pick(IPS), "not-an-ip")),
                new TreeMap<>(random.nextInt(3) == 0 ? Map.of() : Map.of("app", pick(NAMES))),
                pick("", "example.com"),
                random.nextInt(4) == 0,
                pick("", "PreferClose", "PreferSameZone", "PreferSameNode", "PreferFar"),
                pick("", "None", "ClientIP", "Sticky"));
    }

    private EndpointSet set() {
        return new EndpointSet(
                some(
                        2,
                        () ->
                                new EndpointSet.SlicePort(
                                        pick(PORT_NAMES), pick(0, 80, 8080, -1), "TCP", "")),
                some(
                        3,
                        () ->
                                new EndpointSet.Address(
                                        List.of(orBad(pick(IPS), "not-an-ip")),
                                        random.nextBoolean(),
                                        random.nextBoolean(),
                                        random.nextBoolean(),
                                        random.nextBoolean()
                                                ? Optional.of(pick(NAMES))
                                                : Optional.empty(),
                                        pick("", "", "uid-1", "uid-2"),
                                        pick("", "n1", "n2"),
                                        pick("", "z1", "z3"),
                                        some(3, () -> pick("z1", "z2", "z3")))));
    }

    private EndpointSliceObject slice() {
        return new EndpointSliceObject(
                meta("EndpointSlice", pick(NAMESPACES), Map.of()), pick(NAMES), set());
    }

    private EndpointsObject endpoints() {
        return new EndpointsObject(
                meta("Endpoints", pick(NAMESPACES), Map.of()), some(2, this::set));
    }

    private PodObject pod() {
        Map<String, String> annotations =
                annotations(
                        "peakmesh.io/proxy", pick("redirect", "mesh-port", "none"),
                        "topology.kubernetes.io/zone", pick("z1", "z4"),
                        "peakmesh.io/mesh-port", pick("15443", "15444"),
                        "config.peakmesh.io/opaque-ports", pick("", "8080"),
                        "config.peakmesh.io/local-ports", pick("6379=x:80", "1=y.b:81,2=z:8080"));
        return new PodObject(
                meta("Pod", pick(NAMESPACES), annotations),
                pick("", "x", "y"),
                pick("", "n1", "n2"),
                some(2, () -> orBad(pick(IPS), "not-an-ip")),
                random.nextInt(5) == 0,
                random.nextInt(4) != 0,
                random.nextInt(5) == 0,
                random.nextInt(6) == 0,
                some(
                        2,
                        () ->
                                new PodObject.ContainerPort(
                                        pick(PORT_NAMES),
                                        pick(80, 8080, 3306),
                                        pick("TCP", "UDP"))));
    }

    private SmiObject smi(String kind, String group, Map<String, Object> body) {
        Map<String, Object> all = new TreeMap<>(body);
        if (random.nextBoolean()) {
            all.put(
                    "status",
                    mistakes && random.nextInt(4) == 0
                            ? "none"
                            : Map.of("conditions", some(2, this::condition)));
        }
        Meta meta = meta(kind, pick(NAMESPACES), Map.of());
        Meta counted =
                new Meta(
                        meta.ref(),
                        meta.uid(),
                        random.nextInt(3),
                        meta.created(),
                        meta.labels(),
                        meta.annotations());
        return new SmiObject(counted, group, orBad("v1alpha4", "v9"), all);
    }

    private Map<String, Object> condition() {
        return Map.of(
                "type", pick("Accepted", "Programmed"),
                "status", pick("True", "False"),
                "observedGeneration", random.nextInt(3),
                "lastTransitionTime", orBad("2026-01-01T00:00:00Z", "yesterday"));
    }

    private Map<String, Object> target() {
        return Map.of(
                "spec",
                Map.of(
                        "destination", Map.of("kind", "ServiceAccount", "name", pick(NAMES)),
                        "sources",
                                List.of(
                                        Map.of(
                                                "kind", orBad("ServiceAccount", "Robot"),
                                                "name", pick(NAMES),
                                                "namespace", pick(NAMESPACES))),
                        "rules",
                                List.of(
                                        rule(pick("HTTPRouteGroup", "TCPRoute")),
                                        rule(pick("HTTPRouteGroup", "TCPRoute", "UDPRoute")))));
    }

    private Map<String, Object> rule(String kind) {
        return random.nextInt(3) == 0
                ? Map.of("kind", kind, "name", pick(NAMES), "matches", List.of(pick(NAMES)))
                : Map.of("kind", kind, "name", pick(NAMES));
    }

    private Map<String, Object> group() {
        Map<String, Object> match =
                Map.of(
                        "name", pick(NAMES),
                        "pathRegex", orBad(pick("", "/a", "/b.*"), "("),
                        "methods", some(2, () -> pick("GET", "POST", "*")));
        return Map.of("spec", Map.of("matches", some(1, () -> match)));
    }

    private Map<String, Object> ports() {
        List<Integer> ports = some(2, () -> pick(80, 81, 8080));
        return Map.of("spec", Map.of("matches", Map.of("name", "x", "ports", ports)));
    }

    private Map<String, Object> split() {
        List<Object> matches = some(1, () -> Map.of("kind", "HTTPRouteGroup", "name", pick(NAMES)));
        return Map.of(
                "spec",
                Map.of(
                        "service", orBad(pick(NAMES), "no such name"),
                        "matches", matches,
                        "backends",
                                List.of(
                                        Map.of("service", "x", "weight", pick(0, 1, 9)),
                                        Map.of("service", pick("y", "z"), "weight", pick(0, 1)))));
    }
}
