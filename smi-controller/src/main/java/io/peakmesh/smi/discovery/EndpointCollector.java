package io.peakmesh.smi.discovery;

import io.peakmesh.model.Endpoint;
import io.peakmesh.model.Endpoint.Health;
import io.peakmesh.model.Endpoints;
import io.peakmesh.model.Invalid;
import io.peakmesh.model.ProxyMode;
import io.peakmesh.model.Service;
import io.peakmesh.model.WorkloadName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Gathers the endpoints of one service from whatever names them, in any order: no address and port
 * twice, and one address for each workload where it has one of either family.
 */
final class EndpointCollector {
    private static final int WEIGHT = 1;

    /** Of two that say different things of one address: the healthier, then the better known. */
    private static final Comparator<Endpoint> BETTER_FIRST =
            Comparator.comparing(Endpoint::health)
                    .thenComparing(e -> e.workload().isEmpty())
                    .thenComparing(e -> e.workload().map(WorkloadName::toString).orElse(""))
                    .thenComparing(Endpoint::node, Comparator.comparing(String::isEmpty))
                    .thenComparing(Endpoint::node)
                    .thenComparing(Endpoint::zone, Comparator.comparing(String::isEmpty))
                    .thenComparing(Endpoint::zone)
                    .thenComparing(e -> e.forZones().isEmpty())
                    .thenComparing(e -> e.forZones().toArray(String[]::new), Arrays::compare)
                    .thenComparing(Endpoint::hostname);

    /**
     * Where whatever names an endpoint says that it runs, and its own name there; empty where it
     * does not say.
     */
    record Place(String node, String zone, List<String> forZones, String hostname) {
        static final Place UNTOLD = new Place("", "", List.of(), "");
    }

    private record Spot(String address, int port) implements Comparable<Spot> {
        private static final Comparator<Spot> ORDER =
                Comparator.comparing(Spot::address).thenComparingInt(Spot::port);

        @Override
        public int compareTo(Spot other) {
            return ORDER.compare(this, other);
        }
    }

    private final Service service;
    private final PodTable pods;
    private final NodeTable nodes;
    private final TreeMap<Integer, TreeMap<Spot, Endpoint>> byPort = new TreeMap<>();

    EndpointCollector(Service service, PodTable pods, NodeTable nodes) {
        this.service = service;
        this.pods = pods;
        this.nodes = nodes;
    }

    void add(
            int servicePort,
            String address,
            int port,
            Health health,
            Optional<PodFacts> pod,
            Place place) {
        ProxyMode proxy = pod.map(p -> p.proxyAt(port)).orElse(new ProxyMode.Unmeshed());
        String node =
                place.node().isEmpty() ? pod.map(p -> p.object().node()).orElse("") : place.node();
        Endpoint endpoint =
                new Endpoint(
                        address,
                        port,
                        health,
                        pod.map(PodFacts::name),
                        pod.filter(p -> proxy.meshed()).map(PodFacts::serviceAccount),
                        proxy,
                        node,
                        zone(place, pod, node),
                        WEIGHT,
                        place.forZones(),
                        place.hostname());
        byPort.computeIfAbsent(servicePort, p -> new TreeMap<>())
                .merge(
                        new Spot(address, port),
                        endpoint,
                        (a, b) -> BETTER_FIRST.compare(a, b) <= 0 ? a : b);
    }

    private String zone(Place place, Optional<PodFacts> pod, String node) {
        if (!place.zone().isEmpty()) {
            return place.zone();
        }
        String own = pod.map(PodFacts::zone).orElse("");
        return own.isEmpty() ? nodes.zone(node) : own;
    }

    Backing finish(List<Invalid> problems) {
        TreeMap<Integer, List<Endpoint>> lists = new TreeMap<>();
        TreeMap<WorkloadName, Backing.Targeted> targeted = new TreeMap<>();
        byPort.forEach((servicePort, found) -> {
            List<Endpoint> kept = oneFamilyEach(List.copyOf(found.values()));
            lists.put(servicePort, kept);
            for (Endpoint endpoint : kept) {
                endpoint.workload().ifPresent(w -> target(targeted, w, servicePort, endpoint));
            }
        });
        Optional<Endpoints> endpoints =
                lists.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Endpoints(service.name(), lists));
        return new Backing(endpoints, targeted, List.copyOf(problems));
    }

    private void target(
            Map<WorkloadName, Backing.Targeted> targeted,
            WorkloadName workload,
            int servicePort,
            Endpoint endpoint) {
        Backing.Targeted before = targeted.getOrDefault(workload, Backing.Targeted.nothing());
        service.port(servicePort)
                .ifPresent(port ->
                        targeted.put(
                                workload,
                                before.with(endpoint.port(), port.protocol(), endpoint.zone())));
    }

    /**
     * A dual-stack pod is one endpoint, else it would get twice the share of another: its address
     * in the family of the service's first cluster IP, else of its own first address.
     */
    private List<Endpoint> oneFamilyEach(List<Endpoint> endpoints) {
        Set<WorkloadName> four = new HashSet<>();
        Set<WorkloadName> six = new HashSet<>();
        for (Endpoint endpoint : endpoints) {
            boolean isSix = IpText.isIpv6(endpoint.address());
            endpoint.workload().ifPresent(isSix ? six::add : four::add);
        }
        four.retainAll(six);
        if (four.isEmpty()) {
            return endpoints;
        }
        List<Endpoint> kept = new ArrayList<>();
        for (Endpoint endpoint : endpoints) {
            boolean both = endpoint.workload().filter(four::contains).isPresent();
            if (!both || IpText.isIpv6(endpoint.address()) == wantsSix(endpoint)) {
                kept.add(endpoint);
            }
        }
        return kept;
    }

    private boolean wantsSix(Endpoint endpoint) {
        if (!service.addresses().isEmpty()) {
            return IpText.isIpv6(service.addresses().getFirst());
        }
        return endpoint.workload()
                .flatMap(w -> Optional.ofNullable(pods.get(w)))
                .filter(pod -> !pod.addresses().isEmpty())
                .map(pod -> IpText.isIpv6(pod.addresses().getFirst()))
                .orElse(false);
    }
}
