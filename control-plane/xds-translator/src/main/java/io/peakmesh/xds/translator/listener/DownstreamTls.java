package io.peakmesh.xds.translator.listener;

import com.google.protobuf.BoolValue;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.peakmesh.xds.translator.secret.Secrets;
import io.peakmesh.xds.translator.wire.Wire;
import java.util.List;

/** mTLS from peers. */
final class DownstreamTls {
    private DownstreamTls() {}

    /** No session is ever resumed, for a resumed one skips the check of the peer. */
    static TransportSocket from(List<StringMatcher> peers, List<String> alpn) {
        DownstreamTlsContext context =
                DownstreamTlsContext.newBuilder()
                        .setCommonTlsContext(Secrets.tls(peers, alpn))
                        .setRequireClientCertificate(BoolValue.of(true))
                        .setDisableStatelessSessionResumption(true)
                        .setDisableStatefulSessionResumption(true)
                        .build();
        return TransportSocket.newBuilder()
                .setName("envoy.transport_sockets.tls")
                .setTypedConfig(Wire.any(context))
                .build();
    }
}
