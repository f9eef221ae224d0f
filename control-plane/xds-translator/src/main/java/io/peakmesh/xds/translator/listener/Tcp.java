package io.peakmesh.xds.translator.listener;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.common.set_filter_state.v3.FilterStateValue;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.type.v3.HashPolicy;
import io.peakmesh.xds.translator.name.ClusterName;
import io.peakmesh.xds.translator.wire.Wire;
import java.util.List;

/** Network filters for bytes that nobody looks at. */
final class Tcp {
    /** A session may be silent as long as both ends want; keepalive finds the dead ones. */
    private static final int NO_IDLE_TIMEOUT = 0;

    /**
     * As long as a certificate may live: a peer whose certificate was checked longer ago is checked
     * again. Not the hour of HTTP, where a connection can be handed over without a failed request.
     */
    private static final int MAX_FROM_PEER_SECONDS = 24 * 3600;

    /** No cluster has this name, so a connection is closed as soon as it is made. */
    private static final String NOWHERE = "denied";

    private Tcp() {}

    /** To the cluster of the connection's original destination, fetched at the first connection. */
    static List<Filter> byOriginalDestination(String statPrefix) {
        var state =
                io.envoyproxy.envoy.extensions.filters.network.set_filter_state.v3.Config
                        .newBuilder()
                        .addOnNewConnection(
                                FilterStateValue.newBuilder()
                                        .setObjectKey("envoy.tcp_proxy.cluster")
                                        .setFormatString(format("tcp|%DOWNSTREAM_LOCAL_ADDRESS%")))
                        .build();
        TcpProxy proxy =
                proxy(statPrefix, "tcp|by-original-destination")
                        .setOnDemand(onDemand())
                        .addHashPolicy(bySourceAddress())
                        .build();
        return List.of(filter("set_filter_state", state), filter("tcp_proxy", proxy));
    }

    /** To a cluster that may choose by hash: there is nothing but the caller's address to go by. */
    static Filter balanced(ClusterName cluster, String statPrefix) {
        return filter(
                "tcp_proxy",
                proxy(statPrefix, cluster.text()).addHashPolicy(bySourceAddress()).build());
    }

    static Filter to(ClusterName cluster, String statPrefix) {
        return filter("tcp_proxy", proxy(statPrefix, cluster.text()).build());
    }

    static Filter fromPeer(ClusterName cluster, String statPrefix) {
        return filter(
                "tcp_proxy",
                proxy(statPrefix, cluster.text())
                        .setMaxDownstreamConnectionDuration(Wire.seconds(MAX_FROM_PEER_SECONDS))
                        .build());
    }

    /**
     * Closes at once, before an app that speaks first has said a word; counted as {@code
     * tcp.<prefix>.downstream_cx_total}.
     */
    static Filter refuse(String statPrefix) {
        return filter("tcp_proxy", proxy(statPrefix, NOWHERE).build());
    }

    private static TcpProxy.Builder proxy(String statPrefix, String cluster) {
        return TcpProxy.newBuilder()
                .setStatPrefix(statPrefix)
                .setCluster(cluster)
                .setIdleTimeout(Wire.seconds(NO_IDLE_TIMEOUT));
    }

    private static HashPolicy bySourceAddress() {
        return HashPolicy.newBuilder()
                .setSourceIp(HashPolicy.SourceIp.getDefaultInstance())
                .build();
    }

    private static TcpProxy.OnDemand onDemand() {
        return TcpProxy.OnDemand.newBuilder()
                .setOdcdsConfig(Wire.ads())
                .setTimeout(Wire.seconds(HttpConnections.ON_DEMAND_SECONDS))
                .build();
    }

    private static SubstitutionFormatString format(String text) {
        return SubstitutionFormatString.newBuilder()
                .setTextFormatSource(DataSource.newBuilder().setInlineString(text))
                .build();
    }

    private static Filter filter(String name, Message config) {
        return Filter.newBuilder()
                .setName("envoy.filters.network." + name)
                .setTypedConfig(Wire.any(config))
                .build();
    }
}
