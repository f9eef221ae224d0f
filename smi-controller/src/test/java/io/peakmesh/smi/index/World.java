package io.peakmesh.smi.index;

import io.peakmesh.model.Endpoint;
import io.peakmesh.model.Endpoints;
import io.peakmesh.model.Grant;
import io.peakmesh.model.Invalid;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.ObjectRef;
import io.peakmesh.model.Service;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.Settings;
import io.peakmesh.model.TrafficSplit;
import io.peakmesh.model.TrafficTarget;
import io.peakmesh.model.Workload;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.smi.object.MeshObject;
import io.peakmesh.smi.object.MeshObject.EndpointSet;
import io.peakmesh.smi.object.MeshObject.EndpointSliceObject;
import io.peakmesh.smi.object.MeshObject.NamespaceObject;
import io.peakmesh.smi.object.MeshObject.NodeObject;
import io.peakmesh.smi.object.MeshObject.PodObject;
import io.peakmesh.smi.object.MeshObject.ServiceObject;
import io.peakmesh.smi.object.MeshObject.SmiObject;
import io.peakmesh.smi.object.Meta;
import io.peakmesh.smi.object.ObjectEvent;
import io.peakmesh.smi.object.ObjectKey;
import io.peakmesh.smi.status.Judgement;
import io.peakmesh.smi.status.JudgementChange;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** An index and short ways to write the objects it is told of; the namespace is {@code shop}. */
final class World {
    static final String NS = "shop";

    private final Index index = new Index(Settings.byDefault());

    Mesh mesh() {
        return index.mesh();
    }

    Mesh apply(MeshObject... objects) {
        return index.apply(
                Arrays.stream(objects).map(o -> (ObjectEvent) new ObjectEvent.Applied(o)).toList());
    }

    Mesh delete(MeshObject object) {
        return index.apply(List.of(new ObjectEvent.Deleted(object.key())));
    }

    Mesh unreadable(String origin, Invalid... problems) {
        return index.apply(List.of(new ObjectEvent.Unreadable(origin, List.of(problems))));
    }

    List<JudgementChange> takeJudgements() {
        return index.takeJudgements();
    }

    /** The judgements told since they were last asked for, by kind and name. */
    Map<String, Judgement> judged() {
        Map<String, Judgement> judged = new TreeMap<>();
        for (JudgementChange change : takeJudgements()) {
            if (change instanceof JudgementChange.Judged(Judgement j)) {
                judged.put(j.object().kind() + " " + j.object().name(), j);
            }
        }
        return judged;
    }

    /** Every problem as one line. */
    List<String> problems() {
        return mesh().problems().stream().map(p -> p.severity() + " " + p).toList();
    }

    List<Grant> grantsOf(String target) {
        return mesh().targets().values().stream()
                .flatMap(List::stream)
                .filter(t -> t.name().equals(NS + "/" + target))
                .flatMap(t -> t.grants().stream())
                .toList();
    }

    List<TrafficSplit> splits(String service) {
        return mesh().splits().getOrDefault(name(service), List.of());
    }

    List<TrafficTarget> targetsAt(String account) {
        return mesh().targets().getOrDefault(account(account), List.of());
    }

    List<Endpoint> endpoints(String service, int port) {
        Endpoints endpoints = mesh().endpoints().get(name(service));
        return endpoints == null ? List.of() : endpoints.on(port);
    }

    /** The addresses behind a service's port as {@code ip:port HEALTH} words. */
    List<String> spots(String service, int port) {
        return endpoints(service, port).stream()
                .map(e -> e.address() + ":" + e.port() + " " + e.health())
                .toList();
    }

    Workload workload(String name) {
        return Objects.requireNonNull(mesh().workloads().get(pod(name)), "no workload " + name);
    }

    Service model(String service) {
        return Objects.requireNonNull(mesh().services().get(name(service)), "no such service");
    }

    /** The split of a service as {@code backend=weight} words. */
    List<String> splitOf(String service) {
        return mesh().splits().getOrDefault(name(service), List.of()).stream()
                .map(World::words)
                .toList();
    }

    private static String words(TrafficSplit split) {
        StringBuilder words = new StringBuilder(split.name().substring(NS.length() + 1));
        split.backends()
                .forEach(b ->
                        words.append(' ')
                                .append(b.service().name())
                                .append('=')
                                .append(b.weight()));
        return words.toString();
    }

    static ServiceName name(String service) {
        return new ServiceName(NS, service);
    }

    static WorkloadName pod(String name) {
        return new WorkloadName(NS, name);
    }

    static ServiceAccountName account(String name) {
        return new ServiceAccountName(NS, name);
    }

    static Meta meta(String kind, String name, Map<String, String> annotations) {
        return meta(kind, name, Map.of(), annotations);
    }

    static Meta meta(
            String kind, String name, Map<String, String> labels, Map<String, String> annotations) {
        boolean clusterWide = kind.equals("Namespace") || kind.equals("Node");
        String namespace = clusterWide ? "" : NS;
        return new Meta(
                new ObjectRef(kind, namespace, name, ""),
                "",
                Optional.empty(),
                new TreeMap<>(labels),
                new TreeMap<>(annotations));
    }

    static NamespaceObject namespace(String... annotations) {
        return new NamespaceObject(meta("Namespace", NS, map(annotations)));
    }

    static NodeObject node(String name, String... labels) {
        return new NodeObject(meta("Node", name, map(labels), Map.of()));
    }

    static Map<String, String> map(String... pairs) {
        Map<String, String> map = new TreeMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }

    static ServiceObject.Port port(String name, int number, String target) {
        return new ServiceObject.Port(name, number, target, "TCP", "");
    }

    /** A service of one unnamed port on {@code number} that selects {@code app=<name>}. */
    static ServiceObject service(String name, int number) {
        return service(name, Map.of(), port("", number, ""));
    }

    static ServiceObject service(
            String name, Map<String, String> annotations, ServiceObject.Port... ports) {
        return new ServiceObject(
                meta("Service", name, annotations),
                "ClusterIP",
                List.of(ports),
                List.of(),
                new TreeMap<>(Map.of("app", name)),
                "",
                false,
                "");
    }

    static ServiceObject withAddresses(ServiceObject service, String... addresses) {
        return new ServiceObject(
                service.meta(),
                service.type(),
                service.ports(),
                List.of(addresses),
                service.selector(),
                service.externalName(),
                service.publishNotReadyAddresses(),
                service.trafficDistribution());
    }

    static ServiceObject withDistribution(ServiceObject service, String distribution) {
        return new ServiceObject(
                service.meta(),
                service.type(),
                service.ports(),
                service.clusterIps(),
                service.selector(),
                service.externalName(),
                service.publishNotReadyAddresses(),
                distribution);
    }

    static EndpointSliceObject slice(
            String name, String service, EndpointSet.SlicePort port, EndpointSet.Address... all) {
        return new EndpointSliceObject(
                meta("EndpointSlice", name, Map.of()),
                service,
                new EndpointSet(List.of(port), List.of(all)));
    }

    static EndpointSet.SlicePort slicePort(String name, int port) {
        return new EndpointSet.SlicePort(name, port, "TCP", "");
    }

    static EndpointSet.Address ready(String ip, String pod) {
        return address(ip, true, true, false, pod);
    }

    static EndpointSet.Address address(
            String ip, boolean ready, boolean serving, boolean terminating, String pod) {
        return new EndpointSet.Address(
                List.of(ip),
                ready,
                serving,
                terminating,
                Optional.of(pod).filter(p -> !p.isEmpty()),
                "",
                "",
                List.of());
    }

    /** A ready address in a zone, with hints for zones. */
    static EndpointSet.Address zoned(String ip, String pod, String zone, String... forZones) {
        return new EndpointSet.Address(
                List.of(ip),
                true,
                true,
                false,
                Optional.of(pod).filter(p -> !p.isEmpty()),
                "",
                zone,
                List.of(forZones));
    }

    /** A ready pod {@code <app>-<n>} at an address, with annotations in pairs. */
    static PodObject podOf(String app, int n, String ip, String... annotations) {
        return new PodObject(
                meta("Pod", app + "-" + n, Map.of("app", app), map(annotations)),
                app,
                "node-1",
                ip.isEmpty() ? List.of() : List.of(ip),
                false,
                true,
                false,
                false,
                List.of());
    }

    static SmiObject smi(String kind, String name, String version, Map<String, Object> body) {
        return smi(kind, name, version, Optional.empty(), body);
    }

    static SmiObject smi(
            String kind,
            String name,
            String version,
            Optional<Instant> created,
            Map<String, Object> body) {
        String group =
                switch (kind) {
                    case "TrafficTarget", "IdentityBinding" -> "access.smi-spec.io";
                    case "TrafficSplit" -> "split.smi-spec.io";
                    default -> "specs.smi-spec.io";
                };
        Meta plain = meta(kind, name, Map.of());
        Meta meta = new Meta(plain.ref(), "", created, plain.labels(), plain.annotations());
        return new SmiObject(meta, group, version, body);
    }

    static SmiObject group(String name, Object... matches) {
        return smi(
                "HTTPRouteGroup",
                name,
                "v1alpha4",
                Map.of("spec", Map.of("matches", List.of(matches))));
    }

    static SmiObject tcpRoute(String name, Object... ports) {
        return portRoute("TCPRoute", name, ports);
    }

    static SmiObject portRoute(String kind, String name, Object... ports) {
        return smi(
                kind,
                name,
                "v1alpha4",
                Map.of("spec", Map.of("matches", Map.of("ports", List.of(ports)))));
    }

    static Map<String, Object> rule(String kind, String name, String... matches) {
        Map<String, Object> rule = new TreeMap<>(Map.of("kind", kind, "name", name));
        if (matches.length > 0) {
            rule.put("matches", List.of(matches));
        }
        return rule;
    }

    static Map<String, Object> accountRef(String name) {
        return Map.of("kind", "ServiceAccount", "name", name);
    }

    /** {@code web} may call {@code cart} by these rules. */
    static SmiObject target(String name, Object... rules) {
        return smi(
                "TrafficTarget",
                name,
                "v1alpha3",
                Map.of(
                        "spec",
                        Map.of(
                                "destination", accountRef("cart"),
                                "sources", List.of(accountRef("web")),
                                "rules", List.of(rules))));
    }

    static SmiObject split(String name, String root, Object... backends) {
        return smi(
                "TrafficSplit",
                name,
                "v1alpha4",
                Map.of("spec", Map.of("service", root, "backends", List.of(backends))));
    }

    static SmiObject inGeneration(SmiObject object, String uid, long generation) {
        Meta meta = object.meta();
        return new SmiObject(
                new Meta(
                        meta.ref(),
                        uid,
                        generation,
                        meta.created(),
                        meta.labels(),
                        meta.annotations()),
                object.group(),
                object.version(),
                object.body());
    }

    static Map<String, Object> backend(String service, Object weight) {
        return Map.of("service", service, "weight", weight);
    }

    static ObjectKey key(String kind, String name) {
        return new ObjectKey(kind, NS, name);
    }
}
