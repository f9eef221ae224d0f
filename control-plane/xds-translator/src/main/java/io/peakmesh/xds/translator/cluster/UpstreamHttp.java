package io.peakmesh.xds.translator.cluster;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.KeepaliveSettings;
import io.peakmesh.model.Protocol;
import io.peakmesh.xds.translator.wire.Wire;

/** Which HTTP a cluster is spoken to. */
final class UpstreamHttp {
    private static final String EXTENSION =
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    /** Below the hour after which the peer's proxy closes an idle connection. */
    private static final int IDLE_TO_PEER_SECONDS = 300;

    /**
     * Below the five seconds after which common servers (Node.js) close an idle connection, so that
     * a request seldom meets a connection on its way out.
     */
    private static final int IDLE_TO_APP_SECONDS = 4;

    private UpstreamHttp() {}

    static void toPeer(Cluster.Builder cluster, Protocol protocol) {
        apply(cluster, protocol, IDLE_TO_PEER_SECONDS);
    }

    static void toApp(Cluster.Builder cluster, Protocol protocol) {
        apply(cluster, protocol, IDLE_TO_APP_SECONDS);
    }

    private static void apply(Cluster.Builder cluster, Protocol protocol, int idleSeconds) {
        var options =
                io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.newBuilder()
                        .setCommonHttpProtocolOptions(
                                HttpProtocolOptions.newBuilder()
                                        .setIdleTimeout(Wire.seconds(idleSeconds)));
        switch (protocol) {
            case HTTP2, GRPC ->
                    options.getExplicitHttpConfigBuilder().setHttp2ProtocolOptions(http2());
            case DETECT, HTTP1, TCP, UDP ->
                    options.getUseDownstreamProtocolConfigBuilder()
                            .setHttpProtocolOptions(Http1ProtocolOptions.getDefaultInstance())
                            .setHttp2ProtocolOptions(http2());
        }
        cluster.putTypedExtensionProtocolOptions(EXTENSION, Wire.any(options.build()));
    }

    /** Windows that bound what one slow stream can make the proxy hold. */
    private static Http2ProtocolOptions http2() {
        return Http2ProtocolOptions.newBuilder()
                .setInitialStreamWindowSize(Wire.uint32(256 * 1024))
                .setInitialConnectionWindowSize(Wire.uint32(1024 * 1024))
                .setConnectionKeepalive(
                        KeepaliveSettings.newBuilder()
                                .setInterval(Wire.seconds(30))
                                .setTimeout(Wire.seconds(10)))
                .build();
    }
}
