package io.peakmesh.xds.translator.cluster;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.extensions.clusters.dns.v3.DnsCluster;
import io.peakmesh.model.Balancing;
import io.peakmesh.model.Protocol;
import io.peakmesh.xds.translator.lb.Balancers;
import io.peakmesh.xds.translator.module.ModuleConfig.Choice;
import io.peakmesh.xds.translator.name.Authority;
import io.peakmesh.xds.translator.wire.Wire;

/** Clusters outside the mesh's knowledge, in plaintext, just as the app would have reached them. */
final class PlainCluster {
    private PlainCluster() {}

    static Cluster.Builder at(String name, String ip, int port) {
        Cluster.Builder cluster = Resilience.base(name).setType(Cluster.DiscoveryType.STATIC);
        endpoint(cluster, name, ip, port);
        return cluster;
    }

    /** By a DNS name that the client asked for, or an external service's. */
    static Cluster named(String name, Authority authority, Balancers balancers) {
        Cluster.Builder cluster =
                Resilience.base(name)
                        .setClusterType(
                                Cluster.CustomClusterType.newBuilder()
                                        .setName("envoy.clusters.dns")
                                        .setTypedConfig(
                                                Wire.any(
                                                        DnsCluster.newBuilder()
                                                                .setRespectDnsTtl(true)
                                                                .build())))
                        .setLoadBalancingPolicy(
                                balancers.over(Balancing.DEFAULT, Choice.REQUESTS, false));
        endpoint(cluster, name, authority.host(), authority.port());
        UpstreamHttp.toPeer(cluster, Protocol.DETECT);
        return cluster.build();
    }

    /** Wherever the redirected connection was addressed; hosts are forgotten when unused. */
    static Cluster passthrough(String name) {
        return Resilience.base(name)
                .setType(Cluster.DiscoveryType.ORIGINAL_DST)
                .setLbPolicy(Cluster.LbPolicy.CLUSTER_PROVIDED)
                .setCleanupInterval(Wire.seconds(60))
                .build();
    }

    private static void endpoint(Cluster.Builder cluster, String name, String host, int port) {
        cluster.getLoadAssignmentBuilder()
                .setClusterName(name)
                .addEndpointsBuilder()
                .addLbEndpointsBuilder()
                .getEndpointBuilder()
                .setAddress(Wire.address(host, port));
    }
}
