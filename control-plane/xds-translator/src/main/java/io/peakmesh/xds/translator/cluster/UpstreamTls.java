package io.peakmesh.xds.translator.cluster;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.peakmesh.model.Endpoint;
import io.peakmesh.model.Settings;
import io.peakmesh.xds.translator.endpoint.TransportMatch;
import io.peakmesh.xds.translator.name.ResourceNames;
import io.peakmesh.xds.translator.secret.Secrets;
import io.peakmesh.xds.translator.wire.Wire;
import java.util.List;
import java.util.TreeSet;

/**
 * mTLS towards endpoints whose proxy must prove to be one of exactly the service accounts behind
 * the cluster; plaintext towards the others.
 */
final class UpstreamTls {
    /** Names no port of any app, so that a server refuses it. */
    private static final int NO_PORT = 0;

    private final Settings settings;
    private final List<String> alpn;
    private final List<StringMatcher> peers;
    private final TreeSet<Integer> ports = new TreeSet<>();

    UpstreamTls(List<Endpoint> endpoints, List<String> alpn, Settings settings) {
        this.settings = settings;
        this.alpn = alpn;
        TreeSet<String> uris = new TreeSet<>();
        for (Endpoint endpoint : endpoints) {
            if (TransportMatch.secured(endpoint)) {
                ports.add(endpoint.port());
                endpoint.serviceAccount()
                        .ifPresent(account -> uris.add(settings.spiffeId(account).uri()));
            }
        }
        this.peers = uris.stream().map(Wire::exact).toList();
    }

    /**
     * One socket for each app port, and one that every server refuses for an endpoint that comes
     * before the cluster that knows its port, be it the service's first: better a failed connection
     * than plaintext.
     */
    void matchByEndpoint(Cluster.Builder cluster) {
        for (int port : ports) {
            cluster.addTransportSocketMatches(
                    Cluster.TransportSocketMatch.newBuilder()
                            .setName("mtls-" + port)
                            .setMatch(TransportMatch.mtls(port))
                            .setTransportSocket(mtls(port)));
        }
        cluster.addTransportSocketMatches(
                Cluster.TransportSocketMatch.newBuilder()
                        .setName("plain")
                        .setMatch(TransportMatch.plain())
                        .setTransportSocket(plain()));
        cluster.setTransportSocket(mtls(NO_PORT));
    }

    /** For a cluster of one endpoint that never changes. */
    void always(Cluster.Builder cluster) {
        if (!ports.isEmpty()) {
            cluster.setTransportSocket(mtls(ports.first()));
        }
    }

    /** No session is ever resumed, for a resumed one skips the check of the peer. */
    private TransportSocket mtls(int port) {
        UpstreamTlsContext context =
                UpstreamTlsContext.newBuilder()
                        .setCommonTlsContext(Secrets.tls(peers, alpn))
                        .setSni(ResourceNames.serverName(port, settings.trustDomain()))
                        .setMaxSessionKeys(Wire.uint32(0))
                        .build();
        return TransportSocket.newBuilder()
                .setName("envoy.transport_sockets.tls")
                .setTypedConfig(Wire.any(context))
                .build();
    }

    private static TransportSocket plain() {
        return TransportSocket.newBuilder()
                .setName("envoy.transport_sockets.raw_buffer")
                .setTypedConfig(Wire.any(RawBuffer.getDefaultInstance()))
                .build();
    }
}
