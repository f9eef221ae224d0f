package io.peakmesh.xds.translator.endpoint;

import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.peakmesh.model.Endpoint;
import io.peakmesh.model.Endpoint.Health;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.ServicePort;
import io.peakmesh.xds.translator.MeshView;
import io.peakmesh.xds.translator.destination.Addressed;
import io.peakmesh.xds.translator.destination.Backends;
import io.peakmesh.xds.translator.name.Authority;
import io.peakmesh.xds.translator.name.ClusterName;
import io.peakmesh.xds.translator.wire.Wire;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The endpoints behind a name. Ready ones come first; terminating ones that still serve are a lower
 * priority, so they are used only while nothing is ready; the rest are left out.
 */
public final class Assignments {
    private static final Comparator<Endpoint> ORDER =
            Comparator.comparing(Endpoint::address).thenComparingInt(Endpoint::port);

    private Assignments() {}

    /**
     * Empty for a cluster that has no endpoints of its own, or none now.
     *
     * @param text the name as it was asked for
     */
    public static Optional<ClusterLoadAssignment> assignment(
            String text, ClusterName name, MeshView mesh) {
        return switch (name) {
            case ClusterName.Svc(ServiceName service, int port) ->
                    Backends.port(service, port, mesh)
                            .map(_ -> ofService(text, service, port, mesh, Hosts::forProxy));
            case ClusterName.Grpc(ServiceName service, int port) ->
                    Backends.port(service, port, mesh)
                            .map(_ -> ofService(text, service, port, mesh, Hosts::forClient));
            case ClusterName.Local(ServiceName service, int port) ->
                    Backends.port(service, port, mesh).map(_ -> ofRoot(text, service, port, mesh));
            case ClusterName.Dst(String ip, int port) -> byAddress(text, ip, port, mesh);
            case ClusterName.Tcp(String ip, int port) -> byAddress(text, ip, port, mesh);
            case ClusterName.Dns(Authority to) ->
                    to.ip() ? byAddress(text, to.host(), to.port(), mesh) : Optional.empty();
            case ClusterName.Inbound _, ClusterName.Passthrough _ -> Optional.empty();
        };
    }

    private static Optional<ClusterLoadAssignment> byAddress(
            String text, String ip, int port, MeshView mesh) {
        return Addressed.resolve(ip, port, mesh)
                        instanceof Addressed.ToService(ServiceName service, ServicePort p)
                ? Optional.of(ofRoot(text, service, p.port(), mesh))
                : Optional.empty();
    }

    private static ClusterLoadAssignment ofRoot(
            String text, ServiceName root, int port, MeshView mesh) {
        List<Backends.Leaf> leaves = Backends.unconditional(root, port, mesh);
        return leaves.size() == 1
                ? ofService(text, leaves.getFirst().service(), port, mesh, Hosts::forProxy)
                : ofSplit(text, leaves, port, mesh);
    }

    private static ClusterLoadAssignment ofService(
            String text,
            ServiceName service,
            int port,
            MeshView mesh,
            Function<Endpoint, LbEndpoint> host) {
        List<Endpoint> all = Backends.endpoints(service, port, mesh);
        ClusterLoadAssignment.Builder out = ClusterLoadAssignment.newBuilder().setClusterName(text);
        int priority = 0;
        for (Health health : List.of(Health.READY, Health.DRAINING)) {
            TreeMap<String, List<Endpoint>> byZone = new TreeMap<>();
            for (Endpoint endpoint : distinct(all, health)) {
                byZone.computeIfAbsent(endpoint.zone(), _ -> new ArrayList<>()).add(endpoint);
            }
            for (var zone : byZone.entrySet()) {
                Locality locality = Locality.newBuilder().setZone(zone.getKey()).build();
                out.addEndpoints(
                        locality(locality, zone.getValue(), host)
                                .setPriority(priority)
                                .setLoadBalancingWeight(
                                        Wire.uint32(
                                                zone.getValue().stream()
                                                        .mapToInt(Endpoint::weight)
                                                        .sum())));
            }
            if (!byZone.isEmpty()) {
                priority++;
            }
        }
        return out.build();
    }

    /** A locality for each backend, so that its share holds whatever its number of endpoints. */
    private static ClusterLoadAssignment ofSplit(
            String text, List<Backends.Leaf> leaves, int port, MeshView mesh) {
        ClusterLoadAssignment.Builder out = ClusterLoadAssignment.newBuilder().setClusterName(text);
        for (Backends.Leaf leaf : leaves) {
            List<Endpoint> all = Backends.endpoints(leaf.service(), port, mesh);
            List<Endpoint> ready = distinct(all, Health.READY);
            Locality locality = Locality.newBuilder().setSubZone(leaf.service().toString()).build();
            out.addEndpoints(
                    locality(
                                    locality,
                                    ready.isEmpty() ? distinct(all, Health.DRAINING) : ready,
                                    Hosts::forProxy)
                            .setLoadBalancingWeight(Wire.uint32(leaf.weight())));
        }
        return out.build();
    }

    private static LocalityLbEndpoints.Builder locality(
            Locality locality, List<Endpoint> endpoints, Function<Endpoint, LbEndpoint> host) {
        LocalityLbEndpoints.Builder out = LocalityLbEndpoints.newBuilder().setLocality(locality);
        endpoints.forEach(endpoint -> out.addLbEndpoints(host.apply(endpoint)));
        return out;
    }

    /** Sorted; Envoy knows a host by its address, so the first of two app ports behind one wins. */
    private static List<Endpoint> distinct(List<Endpoint> endpoints, Health health) {
        Set<String> seen = new HashSet<>();
        return endpoints.stream()
                .filter(e -> e.health() == health)
                .sorted(ORDER)
                .filter(e -> seen.add(e.address() + " " + Hosts.portForProxy(e)))
                .toList();
    }
}
