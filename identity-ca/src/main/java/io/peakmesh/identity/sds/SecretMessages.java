package io.peakmesh.identity.sds;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.peakmesh.identity.issue.Svid;
import io.peakmesh.identity.issue.TrustBundle;

/** Envoy's form of our secrets. */
final class SecretMessages {
    private SecretMessages() {}

    /** Chain and key as separate inline sources, the form whose key Envoy's config dump hides. */
    static ByteString identity(String name, Svid svid) {
        return Secret.newBuilder()
                .setName(name)
                .setTlsCertificate(
                        TlsCertificate.newBuilder()
                                .setCertificateChain(inline(svid.chainPem()))
                                .setPrivateKey(inline(svid.privateKeyPem())))
                .build()
                .toByteString();
    }

    static ByteString roots(String name, TrustBundle bundle) {
        return Secret.newBuilder()
                .setName(name)
                .setValidationContext(
                        CertificateValidationContext.newBuilder()
                                .setTrustedCa(inline(bundle.pem())))
                .build()
                .toByteString();
    }

    private static DataSource inline(String pem) {
        return DataSource.newBuilder().setInlineBytes(ByteString.copyFromUtf8(pem)).build();
    }
}
