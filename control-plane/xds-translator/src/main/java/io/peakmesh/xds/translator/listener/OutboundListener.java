package io.peakmesh.xds.translator.listener;

import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch.ConnectionSourceType;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.peakmesh.model.LocalPort;
import io.peakmesh.model.Settings;
import io.peakmesh.model.Workload;
import io.peakmesh.xds.translator.name.ClusterName;
import io.peakmesh.xds.translator.name.IpText;
import io.peakmesh.xds.translator.name.RedirectPorts;
import io.peakmesh.xds.translator.name.ResourceNames;
import io.peakmesh.xds.translator.wire.Wire;
import java.util.ArrayList;
import java.util.List;

/** Where a proxy takes what its app sends. */
final class OutboundListener {
    private static final String HTTP_STATS = "outbound";
    private static final String TCP_STATS = "outbound_tcp";

    private final Workload workload;
    private final boolean peakEwma;

    /**
     * @param peakEwma whether each request is reported to the Peak-EWMA module
     */
    OutboundListener(Workload workload, boolean peakEwma) {
        this.workload = workload;
        this.peakEwma = peakEwma;
    }

    /**
     * All of the app's connections. Those to the mesh's ranges are HTTP or bytes, by their first
     * bytes; all others pass through, and cost no state. One to this listener itself is refused:
     * passed on it would come back until no file descriptor is left.
     */
    Listener redirected(Settings settings) {
        Listener.Builder listener =
                Sockets.wildcard(
                        ResourceNames.OUTBOUND,
                        workload,
                        RedirectPorts.OUTBOUND,
                        TrafficDirection.OUTBOUND);
        Inspection.ofOutbound(listener);
        listener.addFilterChains(
                FilterChain.newBuilder()
                        .setName("itself")
                        .setFilterChainMatch(
                                FilterChainMatch.newBuilder()
                                        .setDestinationPort(Wire.uint32(RedirectPorts.OUTBOUND))
                                        .addAllPrefixRanges(itself(workload)))
                        .addFilters(Tcp.refuse("outbound_itself")));
        if (!settings.ranges().isEmpty()) {
            listener.addFilterChains(
                            FilterChain.newBuilder()
                                    .setName("http")
                                    .setFilterChainMatch(
                                            within(settings)
                                                    .addApplicationProtocols("http/1.0")
                                                    .addApplicationProtocols("http/1.1")
                                                    .addApplicationProtocols("h2c"))
                                    .addFilters(
                                            HttpConnections.outbound(
                                                    HTTP_STATS,
                                                    "dst|%DOWNSTREAM_LOCAL_ADDRESS%",
                                                    peakEwma)))
                    .addFilterChains(
                            FilterChain.newBuilder()
                                    .setName("tcp")
                                    .setFilterChainMatch(within(settings))
                                    .addAllFilters(Tcp.byOriginalDestination(TCP_STATS)));
        }
        return listener.setDefaultFilterChain(
                        FilterChain.newBuilder()
                                .setName("passthrough")
                                .addFilters(
                                        Tcp.to(
                                                new ClusterName.Passthrough(),
                                                "outbound_passthrough")))
                .build();
    }

    /**
     * The app's HTTP calls by authority, absolute URLs too: it uses this as its HTTP proxy. Where
     * the port is bound on the pod's own address, whoever calls from elsewhere is turned away: they
     * would speak in the app's name.
     */
    Listener asHttpProxy(int port) {
        return Sockets.ofTheApp(ResourceNames.OUTBOUND, workload, port, TrafficDirection.OUTBOUND)
                .addFilterChains(
                        fromTheApp("http")
                                .addFilters(
                                        HttpConnections.outbound(
                                                HTTP_STATS, "dns|%REQ(:AUTHORITY)%", peakEwma)))
                .build();
    }

    /** One TCP service under a port of the workload's own, for its app only. */
    Listener local(String name, LocalPort port) {
        ClusterName cluster = new ClusterName.Local(port.service(), port.port());
        return Sockets.ofTheApp(name, workload, port.listen(), TrafficDirection.OUTBOUND)
                .addFilterChains(
                        fromTheApp("tcp")
                                .addFilters(
                                        Tcp.balanced(cluster, "outbound_local_" + port.listen())))
                .build();
    }

    private static FilterChain.Builder fromTheApp(String name) {
        return FilterChain.newBuilder()
                .setName(name)
                .setFilterChainMatch(
                        FilterChainMatch.newBuilder()
                                .setSourceType(ConnectionSourceType.SAME_IP_OR_LOOPBACK));
    }

    private static FilterChainMatch.Builder within(Settings settings) {
        List<CidrRange> ranges =
                settings.ranges().stream().distinct().map(OutboundListener::range).toList();
        return FilterChainMatch.newBuilder().addAllPrefixRanges(ranges);
    }

    private static List<CidrRange> itself(Workload workload) {
        List<String> own = new ArrayList<>(List.of("127.0.0.0/8", "::1/128"));
        workload.addresses().forEach(ip -> own.add(ip + (IpText.isIpv6(ip) ? "/128" : "/32")));
        return own.stream().map(OutboundListener::range).toList();
    }

    private static CidrRange range(String cidr) {
        int slash = cidr.indexOf('/');
        return CidrRange.newBuilder()
                .setAddressPrefix(cidr.substring(0, slash))
                .setPrefixLen(Wire.uint32(Integer.parseInt(cidr.substring(slash + 1))))
                .build();
    }
}
