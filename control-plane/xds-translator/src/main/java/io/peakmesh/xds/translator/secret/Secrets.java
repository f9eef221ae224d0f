package io.peakmesh.xds.translator.secret;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.peakmesh.xds.translator.name.ResourceNames;
import io.peakmesh.xds.translator.wire.Wire;
import java.util.List;

/** The half of TLS that both ends share. */
public final class Secrets {
    private Secrets() {}

    /**
     * TLS 1.3 only, our own identity, and peers whose URI SAN meets one of {@code peers}. The
     * maximum is set too: an Envoy client's default maximum is TLS 1.2.
     */
    public static CommonTlsContext tls(List<StringMatcher> peers, List<String> alpn) {
        CertificateValidationContext.Builder expected = CertificateValidationContext.newBuilder();
        for (StringMatcher peer : peers) {
            expected.addMatchTypedSubjectAltNames(
                    SubjectAltNameMatcher.newBuilder()
                            .setSanType(SubjectAltNameMatcher.SanType.URI)
                            .setMatcher(peer));
        }
        return CommonTlsContext.newBuilder()
                .setTlsParams(
                        TlsParameters.newBuilder()
                                .setTlsMinimumProtocolVersion(TlsParameters.TlsProtocol.TLSv1_3)
                                .setTlsMaximumProtocolVersion(TlsParameters.TlsProtocol.TLSv1_3))
                .addTlsCertificateSdsSecretConfigs(sds(ResourceNames.IDENTITY_SECRET))
                .setCombinedValidationContext(
                        CommonTlsContext.CombinedCertificateValidationContext.newBuilder()
                                .setDefaultValidationContext(expected)
                                .setValidationContextSdsSecretConfig(
                                        sds(ResourceNames.ROOTS_SECRET)))
                .addAllAlpnProtocols(alpn)
                .build();
    }

    private static SdsSecretConfig sds(String name) {
        return SdsSecretConfig.newBuilder().setName(name).setSdsConfig(Wire.ads()).build();
    }
}
