package io.peakmesh.xds.translator;

import io.peakmesh.model.AddressOwner;
import io.peakmesh.model.Balancing;
import io.peakmesh.model.Balancing.HashOn;
import io.peakmesh.model.Balancing.PeakEwma;
import io.peakmesh.model.ClusterId;
import io.peakmesh.model.Endpoint;
import io.peakmesh.model.Endpoints;
import io.peakmesh.model.Grant;
import io.peakmesh.model.HttpMatch;
import io.peakmesh.model.LocalPort;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.Namespace;
import io.peakmesh.model.Ports;
import io.peakmesh.model.Protocol;
import io.peakmesh.model.ProxyMode;
import io.peakmesh.model.Service;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.ServicePort;
import io.peakmesh.model.Settings;
import io.peakmesh.model.Source;
import io.peakmesh.model.TrafficSplit;
import io.peakmesh.model.TrafficTarget;
import io.peakmesh.model.TrustDomain;
import io.peakmesh.model.Workload;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.model.WorkloadPort;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** A mesh in a short YAML form of the model's own records, for tests. */
final class MeshYaml {
    private final Yaml in;

    private MeshYaml(Yaml in) {
        this.in = in;
    }

    static Mesh read(Yaml in) {
        return new MeshYaml(in).mesh();
    }

    private Mesh mesh() {
        SortedMap<String, Namespace> namespaces = new TreeMap<>();
        in.entries("namespaces")
                .forEach((name, n) ->
                        namespaces.put(
                                name,
                                new Namespace(
                                        name,
                                        Namespace.Access.valueOf(n.text("access", "PERMISSIVE")),
                                        Namespace.Unmeshed.valueOf(n.text("unmeshed", "ALLOW")))));
        SortedMap<ServiceName, Service> services = new TreeMap<>();
        in.entries("services")
                .forEach((name, s) -> services.put(ServiceName.parse(name), service(name, s)));
        SortedMap<WorkloadName, Workload> workloads = new TreeMap<>();
        in.entries("workloads")
                .forEach((name, w) -> workloads.put(WorkloadName.parse(name), workload(name, w)));
        SortedMap<ServiceName, Endpoints> endpoints = new TreeMap<>();
        in.entries("endpoints")
                .forEach((name, ports) -> {
                    ServiceName service = ServiceName.parse(name);
                    endpoints.put(service, endpoints(service, ports, workloads));
                });
        SortedMap<ServiceName, List<TrafficSplit>> splits = new TreeMap<>();
        for (Yaml s : in.list("splits")) {
            TrafficSplit split = split(s);
            splits.computeIfAbsent(split.root(), _ -> new ArrayList<>()).add(split);
        }
        SortedMap<ServiceAccountName, List<TrafficTarget>> targets = new TreeMap<>();
        for (Yaml t : in.list("targets")) {
            TrafficTarget target = target(t);
            targets.computeIfAbsent(target.destination(), _ -> new ArrayList<>()).add(target);
        }
        SortedMap<String, AddressOwner> addresses = new TreeMap<>();
        services.forEach((name, s) ->
                s.addresses().forEach(a -> addresses.put(a, new AddressOwner.OfService(name))));
        workloads.forEach((name, w) ->
                w.addresses().forEach(a -> addresses.put(a, new AddressOwner.OfWorkload(name))));
        return new Mesh(
                1,
                settings(),
                namespaces,
                services,
                endpoints,
                workloads,
                splits,
                targets,
                addresses,
                List.of());
    }

    private Settings settings() {
        Yaml s = in.at("settings");
        List<String> ranges = s.texts("ranges");
        return new Settings(
                new TrustDomain(s.text("trustDomain", "cluster.local")),
                new ClusterId("local"),
                s.text("clusterDomain", "cluster.local"),
                ranges.isEmpty() ? List.of("10.0.0.0/8", "fc00::/7") : ranges);
    }

    private static Service service(String name, Yaml s) {
        List<ServicePort> ports = new ArrayList<>();
        for (String port : s.texts("ports")) {
            String[] words = port.split(" ", -1);
            Protocol protocol = words.length > 1 ? Protocol.valueOf(words[1]) : Protocol.DETECT;
            ports.add(new ServicePort("", Integer.parseInt(words[0]), protocol));
        }
        return new Service(
                ServiceName.parse(name),
                ports,
                s.texts("addresses"),
                Optional.of(s.text("externalName", "")).filter(e -> !e.isEmpty()),
                balancing(s),
                Boolean.parseBoolean(s.text("preferSameZone", "false")));
    }

    private static Balancing balancing(Yaml s) {
        PeakEwma byDefault = PeakEwma.DEFAULT;
        Yaml set = s.at("peakEwma");
        String[] hashOn = s.text("hashOn", "").split(" ", -1);
        return new Balancing(
                Balancing.Policy.valueOf(s.text("balancing", "PEAK_EWMA")),
                new PeakEwma(
                        set.number("decay", byDefault.decayMillis()),
                        set.number("defaultRtt", byDefault.defaultRttMillis()),
                        set.number("failurePenalty", byDefault.failurePenaltyMillis()),
                        set.number("errorPenalty", byDefault.errorPenaltyMillis()),
                        set.number("maxRetryAfter", byDefault.maxRetryAfterMillis())),
                switch (hashOn[0]) {
                    case "" -> Optional.empty();
                    case "header" -> Optional.of(new HashOn.Header(hashOn[1]));
                    case "cookie" -> Optional.of(new HashOn.Cookie(hashOn[1]));
                    case "source" -> Optional.of(new HashOn.SourceAddress());
                    default -> throw new IllegalArgumentException("hash on what?");
                });
    }

    private static Workload workload(String name, Yaml w) {
        List<WorkloadPort> ports = new ArrayList<>();
        for (String port : w.texts("ports")) {
            String[] words = port.split(" ", -1);
            Protocol protocol = words.length > 1 ? Protocol.valueOf(words[1]) : Protocol.DETECT;
            ports.add(new WorkloadPort(Integer.parseInt(words[0]), protocol));
        }
        List<LocalPort> localPorts = new ArrayList<>();
        for (String port : w.texts("localPorts")) {
            String[] words = port.split(" ", -1);
            localPorts.add(
                    new LocalPort(
                            Integer.parseInt(words[0]),
                            ServiceName.parse(words[1]),
                            Integer.parseInt(words[2])));
        }
        return new Workload(
                WorkloadName.parse(name),
                "uid-" + name,
                ServiceAccountName.parse(w.text("account", "shop/default")),
                w.texts("addresses"),
                new TreeMap<>(),
                proxy(w.text("proxy", "redirect")),
                ports,
                localPorts,
                "node-1",
                w.text("zone", ""));
    }

    private static ProxyMode proxy(String text) {
        String[] words = text.split(" ", -1);
        return switch (words[0]) {
            case "none" -> new ProxyMode.Unmeshed();
            case "redirect" -> new ProxyMode.Redirect();
            case "mesh" ->
                    new ProxyMode.MeshPort(
                            Integer.parseInt(words[1]),
                            Integer.parseInt(words[2]),
                            words.length > 3 && words[3].equals("loopback"));
            default -> throw new IllegalArgumentException("proxy: " + text);
        };
    }

    private static Endpoints endpoints(
            ServiceName service, Yaml ports, SortedMap<WorkloadName, Workload> workloads) {
        TreeMap<Integer, List<Endpoint>> byPort = new TreeMap<>();
        ports.lists()
                .forEach((port, list) ->
                        byPort.put(
                                Integer.valueOf(port),
                                list.stream().map(e -> endpoint(e, workloads)).toList()));
        return new Endpoints(service, byPort);
    }

    private static Endpoint endpoint(Yaml e, SortedMap<WorkloadName, Workload> workloads) {
        Endpoint.Health health = Endpoint.Health.valueOf(e.text("health", "READY"));
        int port = e.number("port", 8080);
        int weight = e.number("weight", 1);
        String name = e.text("workload", "");
        if (name.isEmpty()) {
            return new Endpoint(
                    e.text("address", ""),
                    port,
                    health,
                    Optional.empty(),
                    Optional.empty(),
                    new ProxyMode.Unmeshed(),
                    "",
                    e.text("zone", ""),
                    weight,
                    e.texts("forZones"));
        }
        Workload w = workloads.get(WorkloadName.parse(name));
        if (w == null) {
            throw new IllegalArgumentException("no workload " + name);
        }
        return new Endpoint(
                w.addresses().getFirst(),
                port,
                health,
                Optional.of(w.name()),
                Optional.of(w.serviceAccount()).filter(_ -> w.proxy().meshed()),
                w.proxy(),
                w.node(),
                w.zone(),
                weight,
                e.texts("forZones"),
                e.text("hostname", ""));
    }

    private static TrafficSplit split(Yaml s) {
        List<TrafficSplit.Backend> backends = new ArrayList<>();
        for (String backend : s.texts("backends")) {
            String[] words = backend.split(" ", -1);
            backends.add(
                    new TrafficSplit.Backend(
                            ServiceName.parse(words[0]), Integer.parseInt(words[1])));
        }
        return new TrafficSplit(
                s.text("name", ""),
                ServiceName.parse(s.text("root", "")),
                s.list("matches").stream().map(MeshYaml::match).toList(),
                backends);
    }

    private static TrafficTarget target(Yaml t) {
        List<Source> sources = new ArrayList<>();
        for (String source : t.texts("sources")) {
            sources.add(
                    switch (source) {
                        case "authenticated" -> new Source.AnyAuthenticated();
                        case "anyone" -> new Source.Anyone();
                        default -> new Source.Account(ServiceAccountName.parse(source));
                    });
        }
        List<Grant> grants = new ArrayList<>();
        for (Yaml g : t.list("grants")) {
            TreeSet<Integer> numbers = new TreeSet<>();
            g.texts("ports").forEach(p -> numbers.add(Integer.valueOf(p)));
            Ports ports = new Ports(numbers);
            grants.add(
                    switch (g.text("kind", "")) {
                        case "http" ->
                                new Grant.Http(
                                        g.list("matches").stream().map(MeshYaml::match).toList(),
                                        ports);
                        case "tcp" -> new Grant.Tcp(ports);
                        case "udp" -> new Grant.Udp(ports);
                        default -> throw new IllegalArgumentException("grant of what kind?");
                    });
        }
        return new TrafficTarget(
                t.text("name", ""),
                ServiceAccountName.parse(t.text("destination", "")),
                sources,
                grants);
    }

    private static HttpMatch match(Yaml m) {
        TreeMap<String, String> headers = new TreeMap<>();
        for (String header : m.texts("headers")) {
            String[] parts = header.split("=", 2);
            headers.put(parts[0], parts[1]);
        }
        return new HttpMatch(
                m.text("name", ""),
                m.text("path", ""),
                new TreeSet<>(
                        Arrays.stream(m.text("methods", "").split(" ", -1))
                                .filter(x -> !x.isEmpty())
                                .toList()),
                headers);
    }
}
