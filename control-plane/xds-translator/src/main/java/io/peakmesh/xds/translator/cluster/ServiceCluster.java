package io.peakmesh.xds.translator.cluster;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.peakmesh.model.Balancing;
import io.peakmesh.model.Endpoint;
import io.peakmesh.model.Protocol;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.ServicePort;
import io.peakmesh.xds.translator.MeshView;
import io.peakmesh.xds.translator.destination.Addressed;
import io.peakmesh.xds.translator.destination.Backends;
import io.peakmesh.xds.translator.endpoint.Hosts;
import io.peakmesh.xds.translator.lb.Balancers;
import io.peakmesh.xds.translator.module.ModuleConfig.Choice;
import io.peakmesh.xds.translator.name.ResourceNames;
import io.peakmesh.xds.translator.wire.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Clusters whose endpoints are services of the mesh, or single instances of it. */
final class ServiceCluster {
    /** What is balanced and checked at a destination: HTTP requests or connections. */
    enum Kind {
        HTTP,
        TCP;

        /** For HTTP, Envoy itself names the version of the request, if nothing else is set. */
        private List<String> alpn() {
            return this == TCP ? List.of(ResourceNames.ALPN_TCP) : List.of();
        }

        private Choice choice() {
            return this == TCP ? Choice.CONNECTIONS : Choice.REQUESTS;
        }
    }

    private final MeshView mesh;
    private final Balancers balancers;

    ServiceCluster(MeshView mesh, Balancers balancers) {
        this.mesh = mesh;
        this.balancers = balancers;
    }

    /** The service's own endpoints; a split is the business of the route before it. */
    Optional<Cluster> leaf(String name, ServiceName service, int port) {
        return Backends.port(service, port, mesh)
                .map(p ->
                        eds(
                                name,
                                Backends.endpoints(service, port, mesh),
                                Kind.HTTP,
                                p.protocol(),
                                mesh.balancing(service),
                                false));
    }

    /** The service's endpoints, or those of its split's backends, each with its share. */
    Optional<Cluster> root(String name, ServiceName service, int port, Kind kind) {
        return Backends.port(service, port, mesh).map(p -> root(name, service, p, kind));
    }

    Optional<Cluster> byAddress(String name, String ip, int port, Kind kind) {
        return switch (Addressed.resolve(ip, port, mesh)) {
            case Addressed.ToService(ServiceName service, ServicePort p) ->
                    Optional.of(root(name, service, p, kind));
            case Addressed.ToWorkload(Endpoint endpoint, Protocol protocol) ->
                    Optional.of(single(name, endpoint, protocol, kind));
            case Addressed.Elsewhere() -> Optional.of(elsewhere(name, ip, port, kind));
            case Addressed.ToProxy() -> Optional.empty();
        };
    }

    private Cluster root(String name, ServiceName service, ServicePort port, Kind kind) {
        List<Backends.Leaf> leaves = Backends.unconditional(service, port.port(), mesh);
        List<Endpoint> endpoints = new ArrayList<>();
        for (Backends.Leaf leaf : leaves) {
            endpoints.addAll(Backends.endpoints(leaf.service(), port.port(), mesh));
        }
        return eds(
                name, endpoints, kind, port.protocol(), mesh.balancing(service), leaves.size() > 1);
    }

    /**
     * A policy that avoids failing endpoints itself gets no second opinion: what Envoy ejects would
     * be lost to it, and with most ejected it would be left with too few.
     */
    private Cluster eds(
            String name,
            List<Endpoint> endpoints,
            Kind kind,
            Protocol protocol,
            Balancing balancing,
            boolean weightedLocalities) {
        Cluster.Builder cluster = Resilience.base(name);
        cluster.setType(Cluster.DiscoveryType.EDS)
                .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder().setEdsConfig(Wire.ads()))
                .setLoadBalancingPolicy(
                        balancers.over(balancing, kind.choice(), weightedLocalities));
        if (!balancers.avoidsFailing(balancing)) {
            cluster.setOutlierDetection(Resilience.ejection());
        }
        if (kind == Kind.HTTP) {
            UpstreamHttp.toPeer(cluster, protocol);
        }
        new UpstreamTls(endpoints, kind.alpn(), mesh.settings()).matchByEndpoint(cluster);
        return cluster.build();
    }

    private Cluster single(String name, Endpoint endpoint, Protocol protocol, Kind kind) {
        Cluster.Builder cluster = Resilience.base(name);
        ClusterLoadAssignment.Builder hosts = cluster.getLoadAssignmentBuilder();
        hosts.setClusterName(name).addEndpointsBuilder().addLbEndpoints(Hosts.forProxy(endpoint));
        if (kind == Kind.HTTP) {
            UpstreamHttp.toPeer(cluster, protocol);
        }
        new UpstreamTls(List.of(endpoint), kind.alpn(), mesh.settings()).always(cluster);
        return cluster.setType(Cluster.DiscoveryType.STATIC).build();
    }

    private static Cluster elsewhere(String name, String ip, int port, Kind kind) {
        Cluster.Builder cluster = PlainCluster.at(name, List.of(ip), port);
        if (kind == Kind.HTTP) {
            UpstreamHttp.toPeer(cluster, Protocol.DETECT);
        }
        return cluster.build();
    }
}
