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
import io.peakmesh.xds.translator.ResourceKey;
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
import java.util.function.ToIntFunction;

/**
 * The endpoints behind a name. Ready ones come first; terminating ones that still serve are a lower
 * priority, so they are used only while nothing is ready; the rest are left out.
 */
public final class Assignments {
    private static final Comparator<Endpoint> ORDER =
            Comparator.comparing(Endpoint::address).thenComparingInt(Endpoint::port);

    private final ResourceKey key;
    private final MeshView mesh;

    private Assignments(ResourceKey key, MeshView mesh) {
        this.key = key;
        this.mesh = mesh;
    }

    /**
     * Empty for a cluster that has no endpoints of its own, or none now.
     *
     * @param name the key's name, taken apart
     */
    public static Optional<ClusterLoadAssignment> assignment(
            ResourceKey key, ClusterName name, MeshView mesh) {
        Assignments of = new Assignments(key, mesh);
        return switch (name) {
            case ClusterName.Svc(ServiceName service, int port) ->
                    Backends.port(service, port, mesh)
                            .map(_ -> of.service(service, service, port, Hosts::forProxy));
            case ClusterName.Grpc(ServiceName service, int port) ->
                    Backends.port(service, port, mesh)
                            .map(_ -> of.service(service, service, port, Hosts::forClient));
            case ClusterName.Local(ServiceName service, int port) ->
                    Backends.port(service, port, mesh).map(_ -> of.root(service, port));
            case ClusterName.Dst(String ip, int port) -> of.address(ip, port);
            case ClusterName.Tcp(String ip, int port) -> of.address(ip, port);
            case ClusterName.Dns(Authority to) ->
                    to.ip() ? of.address(to.host(), to.port()) : Optional.empty();
            case ClusterName.Inbound _, ClusterName.Passthrough _, ClusterName.Undeclared _ ->
                    Optional.empty();
        };
    }

    private Optional<ClusterLoadAssignment> address(String ip, int port) {
        return Addressed.resolve(ip, port, mesh)
                        instanceof Addressed.ToService(ServiceName service, ServicePort p)
                ? Optional.of(root(service, p.port()))
                : Optional.empty();
    }

    private ClusterLoadAssignment root(ServiceName root, int port) {
        List<Backends.Leaf> leaves = Backends.unconditional(root, port, mesh);
        return leaves.size() == 1
                ? service(root, leaves.getFirst().service(), port, Hosts::forProxy)
                : split(root, leaves, port);
    }

    private ClusterLoadAssignment service(
            ServiceName called,
            ServiceName service,
            int port,
            Function<Endpoint, LbEndpoint> host) {
        List<Endpoint> all = Backends.endpoints(service, port, mesh);
        ClusterLoadAssignment.Builder out = assignment();
        int priority = 0;
        for (Health health : List.of(Health.READY, Health.DRAINING)) {
            List<Endpoint> usable = distinct(all, health);
            ToIntFunction<Endpoint> weights = weights(health, called, service, usable);
            TreeMap<String, List<Endpoint>> byZone = new TreeMap<>();
            for (Endpoint endpoint : usable) {
                byZone.computeIfAbsent(endpoint.zone(), _ -> new ArrayList<>()).add(endpoint);
            }
            for (var zone : byZone.entrySet()) {
                Locality locality = Locality.newBuilder().setZone(zone.getKey()).build();
                out.addEndpoints(
                        locality(locality, zone.getValue(), weights, host)
                                .setPriority(priority)
                                .setLoadBalancingWeight(
                                        Wire.uint32(
                                                zone.getValue().stream().mapToInt(weights).sum())));
            }
            if (!byZone.isEmpty()) {
                priority++;
            }
        }
        return out.build();
    }

    /** A locality for each backend, so that its share holds whatever its number of endpoints. */
    private ClusterLoadAssignment split(ServiceName root, List<Backends.Leaf> leaves, int port) {
        ClusterLoadAssignment.Builder out = assignment();
        for (Backends.Leaf leaf : leaves) {
            List<Endpoint> all = Backends.endpoints(leaf.service(), port, mesh);
            List<Endpoint> ready = distinct(all, Health.READY);
            Health health = ready.isEmpty() ? Health.DRAINING : Health.READY;
            List<Endpoint> usable = ready.isEmpty() ? distinct(all, health) : ready;
            Locality locality = Locality.newBuilder().setSubZone(leaf.service().toString()).build();
            out.addEndpoints(
                    locality(
                                    locality,
                                    usable,
                                    weights(health, root, leaf.service(), usable),
                                    Hosts::forProxy)
                            .setLoadBalancingWeight(Wire.uint32(leaf.weight())));
        }
        return out.build();
    }

    /** Those that are about to go are no zone's preference. */
    private ToIntFunction<Endpoint> weights(
            Health health, ServiceName called, ServiceName service, List<Endpoint> endpoints) {
        return health == Health.READY
                ? ZonePreference.of(key.scope(), called, mesh).weights(service, endpoints)
                : Endpoint::weight;
    }

    private ClusterLoadAssignment.Builder assignment() {
        return ClusterLoadAssignment.newBuilder().setClusterName(key.name());
    }

    private static LocalityLbEndpoints.Builder locality(
            Locality locality,
            List<Endpoint> endpoints,
            ToIntFunction<Endpoint> weights,
            Function<Endpoint, LbEndpoint> host) {
        LocalityLbEndpoints.Builder out = LocalityLbEndpoints.newBuilder().setLocality(locality);
        for (Endpoint endpoint : endpoints) {
            LbEndpoint plain = host.apply(endpoint);
            int weight = weights.applyAsInt(endpoint);
            out.addLbEndpoints(
                    weight == endpoint.weight()
                            ? plain
                            : plain.toBuilder()
                                    .setLoadBalancingWeight(Wire.uint32(weight))
                                    .build());
        }
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
