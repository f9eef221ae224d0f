package io.peakmesh.xds.translator.listener;

import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.peakmesh.model.Protocol;
import io.peakmesh.model.Settings;
import io.peakmesh.model.Workload;
import io.peakmesh.model.WorkloadPort;
import io.peakmesh.xds.translator.authz.AccessPolicy;
import io.peakmesh.xds.translator.destination.AppPorts;
import io.peakmesh.xds.translator.name.ClusterName;
import io.peakmesh.xds.translator.name.RedirectPorts;
import io.peakmesh.xds.translator.name.ResourceNames;
import io.peakmesh.xds.translator.wire.Wire;
import java.util.List;
import java.util.Optional;

/**
 * Where a proxy takes what is sent to its app: mTLS from peers on each of the app's ports, and
 * plaintext only where traffic is redirected and policy lets it in.
 */
final class InboundListener {
    private final Settings settings;
    private final AccessPolicy policy;
    private final InboundHttp http;
    private final boolean redirected;

    private InboundListener(
            Workload workload, Settings settings, AccessPolicy policy, boolean redirected) {
        this.settings = settings;
        this.policy = policy;
        this.http = new InboundHttp(workload, policy);
        this.redirected = redirected;
    }

    /** On every port of the workload, through a redirect. */
    static Listener redirected(Workload workload, Settings settings, AccessPolicy policy) {
        Listener.Builder listener =
                Sockets.wildcard(
                        ResourceNames.INBOUND,
                        workload,
                        RedirectPorts.INBOUND,
                        TrafficDirection.INBOUND);
        Inspection.ofInbound(listener);
        InboundListener inbound = new InboundListener(workload, settings, policy, true);
        for (int port : RedirectPorts.ALL) {
            listener.addFilterChains(itself(port));
        }
        for (WorkloadPort port : AppPorts.of(workload)) {
            if (!RedirectPorts.ALL.contains(port.port())) {
                inbound.addPeers(listener, port);
                inbound.addUnmeshed(listener, port);
            }
        }
        return listener.setDefaultFilterChain(inbound.undeclared()).build();
    }

    /**
     * On one port, for peers only; the server name says which of the app's ports is meant. Empty
     * for an app without ports, for Envoy refuses a listener without a filter chain.
     */
    static Optional<Listener> onMeshPort(
            Workload workload, int meshPort, Settings settings, AccessPolicy policy) {
        Listener.Builder listener =
                Sockets.own(ResourceNames.INBOUND, workload, meshPort, TrafficDirection.INBOUND);
        Inspection.tls(listener);
        InboundListener inbound = new InboundListener(workload, settings, policy, false);
        for (WorkloadPort port : AppPorts.of(workload)) {
            inbound.addPeers(listener, port);
        }
        return Optional.of(listener.build()).filter(l -> l.getFilterChainsCount() > 0);
    }

    private void addPeers(Listener.Builder listener, WorkloadPort port) {
        int number = port.port();
        if (port.protocol() != Protocol.TCP) {
            listener.addFilterChains(
                    FilterChain.newBuilder()
                            .setName("mtls-http-" + number)
                            .setFilterChainMatch(
                                    peers(number)
                                            .addAllApplicationProtocols(ResourceNames.ALPN_HTTP))
                            .setTransportSocket(
                                    DownstreamTls.from(policy.anyPeer(), ResourceNames.ALPN_HTTP))
                            .addFilters(http.fromPeers(number)));
        }
        List<StringMatcher> callers = policy.mayConnect(number);
        FilterChain.Builder tcp =
                FilterChain.newBuilder()
                        .setName("mtls-tcp-" + number)
                        .setFilterChainMatch(peers(number))
                        .setTransportSocket(
                                DownstreamTls.from(
                                        callers.isEmpty() ? policy.anyPeer() : callers,
                                        List.of(ResourceNames.ALPN_TCP)));
        policy.countedTcp(number).ifPresent(rules -> tcp.addFilters(rules.network(stats(number))));
        tcp.addFilters(
                callers.isEmpty()
                        ? Tcp.refuse("denied_" + number)
                        : Tcp.fromPeer(new ClusterName.Inbound(number), stats(number)));
        listener.addFilterChains(tcp);
    }

    private void addUnmeshed(Listener.Builder listener, WorkloadPort port) {
        int number = port.port();
        boolean http = policy.admitsUnmeshed() || policy.anyoneMaySendHttp(number);
        if (http && port.protocol() != Protocol.TCP) {
            listener.addFilterChains(
                    FilterChain.newBuilder()
                            .setName("plain-http-" + number)
                            .setFilterChainMatch(
                                    FilterChainMatch.newBuilder()
                                            .setDestinationPort(Wire.uint32(number))
                                            .addApplicationProtocols("http/1.0")
                                            .addApplicationProtocols("http/1.1")
                                            .addApplicationProtocols("h2c"))
                            .addFilters(this.http.fromUnmeshed(number)));
        }
        boolean tcp = policy.admitsUnmeshed() || policy.anyoneMayConnect(number);
        listener.addFilterChains(
                FilterChain.newBuilder()
                        .setName("plain-tcp-" + number)
                        .setFilterChainMatch(
                                FilterChainMatch.newBuilder()
                                        .setDestinationPort(Wire.uint32(number)))
                        .addFilters(
                                tcp
                                        ? Tcp.to(new ClusterName.Inbound(number), stats(number))
                                        : Tcp.refuse("unmeshed_denied_" + number)));
    }

    /**
     * A proxy's own port is nobody's destination: passed on, a connection would come back for ever,
     * or a stranger's would go out in the app's name.
     */
    private static FilterChain itself(int port) {
        return FilterChain.newBuilder()
                .setName("itself-" + port)
                .setFilterChainMatch(
                        FilterChainMatch.newBuilder().setDestinationPort(Wire.uint32(port)))
                .addFilters(Tcp.refuse("inbound_itself"))
                .build();
    }

    /** Ports that nobody declared have no peers' name, so whoever comes there comes unmeshed. */
    private FilterChain undeclared() {
        return FilterChain.newBuilder()
                .setName("undeclared")
                .addFilters(
                        policy.admitsUnmeshed()
                                ? Tcp.to(new ClusterName.Undeclared(), "inbound_undeclared")
                                : Tcp.refuse("unmeshed_denied"))
                .build();
    }

    private FilterChainMatch.Builder peers(int port) {
        FilterChainMatch.Builder match =
                FilterChainMatch.newBuilder()
                        .setTransportProtocol("tls")
                        .addServerNames(ResourceNames.serverName(port, settings.trustDomain()));
        if (redirected) {
            match.setDestinationPort(Wire.uint32(port));
        }
        return match;
    }

    private static String stats(int port) {
        return "inbound_" + port;
    }
}
