package io.peakmesh.xds.translator.cluster;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.peakmesh.model.ProxyMode;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.Workload;
import io.peakmesh.model.WorkloadPort;
import io.peakmesh.xds.translator.MeshView;
import io.peakmesh.xds.translator.ResourceKey;
import io.peakmesh.xds.translator.Scope;
import io.peakmesh.xds.translator.cluster.ServiceCluster.Kind;
import io.peakmesh.xds.translator.destination.AppPorts;
import io.peakmesh.xds.translator.destination.Backends;
import io.peakmesh.xds.translator.lb.Balancers;
import io.peakmesh.xds.translator.lb.GrpcBalancers;
import io.peakmesh.xds.translator.name.Authority;
import io.peakmesh.xds.translator.name.ClusterName;
import io.peakmesh.xds.translator.wire.Wire;
import java.util.Optional;

/** The cluster of a name. */
public final class Clusters {
    private Clusters() {}

    /**
     * Empty if there is none now.
     *
     * @param name the key's name, taken apart
     */
    public static Optional<Cluster> cluster(ResourceKey key, ClusterName name, MeshView mesh) {
        String text = key.name();
        Balancers balancers = new Balancers(key.peakEwma());
        ServiceCluster services = new ServiceCluster(mesh, balancers);
        return switch (name) {
            case ClusterName.Svc(ServiceName service, int port) ->
                    services.leaf(text, service, port);
            case ClusterName.Local(ServiceName service, int port) ->
                    services.root(text, service, port, Kind.TCP);
            case ClusterName.Dst(String ip, int port) ->
                    services.byAddress(text, ip, port, Kind.HTTP);
            case ClusterName.Tcp(String ip, int port) ->
                    services.byAddress(text, ip, port, Kind.TCP);
            case ClusterName.Passthrough() -> Optional.of(PlainCluster.passthrough(text));
            case ClusterName.Undeclared() ->
                    Optional.of(PlainCluster.delivered(PlainCluster.passthrough(text).toBuilder()));
            case ClusterName.Dns(Authority authority) ->
                    byName(text, authority, services, balancers);
            case ClusterName.Inbound(int port) -> inbound(text, port, key.scope(), mesh);
            case ClusterName.Grpc(ServiceName service, int port) ->
                    forGrpcClient(text, service, port, mesh);
        };
    }

    private static Optional<Cluster> byName(
            String text, Authority authority, ServiceCluster services, Balancers balancers) {
        if (authority.ip()) {
            return services.byAddress(text, authority.host(), authority.port(), Kind.HTTP);
        }
        return authority.dnsName()
                ? Optional.of(PlainCluster.named(text, authority, balancers))
                : Optional.empty();
    }

    /**
     * At the workload's own addresses, since an app may listen there only; of two families at the
     * one where it takes connections.
     */
    private static Optional<Cluster> inbound(String text, int port, Scope scope, MeshView mesh) {
        if (!(scope instanceof Scope.OfWorkload(var workloadName))) {
            return Optional.empty();
        }
        return mesh.workload(workloadName)
                .filter(w -> !w.addresses().isEmpty())
                .flatMap(w -> AppPorts.of(w, port).map(p -> inbound(text, w, p)));
    }

    private static Cluster inbound(String text, Workload workload, WorkloadPort port) {
        Cluster.Builder cluster = PlainCluster.at(text, workload.addresses(), port.port());
        UpstreamHttp.toApp(cluster, port.protocol());
        return workload.proxy() instanceof ProxyMode.Redirect
                ? PlainCluster.delivered(cluster)
                : cluster.build();
    }

    /**
     * The legacy policy field too, for clients that do not know the newer one. Of the limits a
     * client knows the number of requests, which would be 1,024 by default.
     */
    private static Optional<Cluster> forGrpcClient(
            String text, ServiceName service, int port, MeshView mesh) {
        return Backends.port(service, port, mesh)
                .map(_ ->
                        Cluster.newBuilder()
                                .setName(text)
                                .setType(Cluster.DiscoveryType.EDS)
                                .setEdsClusterConfig(
                                        Cluster.EdsClusterConfig.newBuilder()
                                                .setEdsConfig(Wire.ads()))
                                .setLbPolicy(Cluster.LbPolicy.ROUND_ROBIN)
                                .setLoadBalancingPolicy(GrpcBalancers.over(mesh.balancing(service)))
                                .setCircuitBreakers(Resilience.limits())
                                .build());
    }
}
