package io.peakmesh.kube.crd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;

/**
 * Where the API server reaches the control plane's HTTPS server.
 *
 * @param caBundlePem the roots by which it verifies that server, in PEM; while they change it holds
 *     the old and the new, so that no call fails
 */
public record WebhookTarget(String namespace, String service, int port, String caBundlePem) {
    /**
     * @throws IllegalArgumentException if the bundle holds no certificate
     */
    public WebhookTarget {
        try {
            var bytes = new ByteArrayInputStream(caBundlePem.getBytes(StandardCharsets.UTF_8));
            if (CertificateFactory.getInstance("X.509").generateCertificates(bytes).isEmpty()) {
                throw new IllegalArgumentException("the CA bundle is empty");
            }
        } catch (CertificateException bad) {
            throw new IllegalArgumentException("the CA bundle holds no certificates in PEM", bad);
        }
    }

    /** Writes {@code service} and {@code caBundle} as a webhook's clientConfig has them. */
    void into(ObjectNode client, String path) {
        intoService(client).put("path", path);
    }

    /** The same for an aggregated API, whose service has no path. */
    ObjectNode intoService(ObjectNode client) {
        client.put(
                "caBundle",
                Base64.getEncoder().encodeToString(caBundlePem.getBytes(StandardCharsets.UTF_8)));
        return client.putObject("service")
                .put("namespace", namespace)
                .put("name", service)
                .put("port", port);
    }
}
