package io.peakmesh.xds.translator.cluster;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.BindConfig;
import io.envoyproxy.envoy.config.core.v3.SocketOption;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.extensions.clusters.dns.v3.DnsCluster;
import io.peakmesh.model.Balancing;
import io.peakmesh.model.Protocol;
import io.peakmesh.xds.translator.lb.Balancers;
import io.peakmesh.xds.translator.module.ModuleConfig.Choice;
import io.peakmesh.xds.translator.name.Authority;
import io.peakmesh.xds.translator.name.RedirectPorts;
import io.peakmesh.xds.translator.wire.Wire;
import java.util.List;

/** Clusters outside the mesh's knowledge, in plaintext, just as the app would have reached them. */
final class PlainCluster {
    /** Linux, as in every socket option here. */
    private static final int SOL_SOCKET = 1;

    private static final int SO_PRIORITY = 12;

    private PlainCluster() {}

    /** Tried in turn until one takes a connection, where there is more than one address. */
    static Cluster.Builder at(String name, List<String> ips, int port) {
        Cluster.Builder cluster = Resilience.base(name).setType(Cluster.DiscoveryType.STATIC);
        Endpoint.Builder endpoint = endpoint(cluster, name, ips.getFirst(), port);
        for (String more : ips.subList(1, ips.size())) {
            endpoint.addAdditionalAddresses(
                    Endpoint.AdditionalAddress.newBuilder().setAddress(Wire.address(more, port)));
        }
        return cluster;
    }

    /** To the proxy's own app past the redirect, which knows such connections by their priority. */
    static Cluster delivered(Cluster.Builder cluster) {
        return cluster.setUpstreamBindConfig(
                        BindConfig.newBuilder()
                                .addSocketOptions(
                                        SocketOption.newBuilder()
                                                .setDescription("SO_PRIORITY")
                                                .setLevel(SOL_SOCKET)
                                                .setName(SO_PRIORITY)
                                                .setIntValue(RedirectPorts.DELIVERY_PRIORITY)
                                                .setState(SocketOption.SocketState.STATE_PREBIND)))
                .build();
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

    private static Endpoint.Builder endpoint(
            Cluster.Builder cluster, String name, String host, int port) {
        return cluster.getLoadAssignmentBuilder()
                .setClusterName(name)
                .addEndpointsBuilder()
                .addLbEndpointsBuilder()
                .getEndpointBuilder()
                .setAddress(Wire.address(host, port));
    }
}
