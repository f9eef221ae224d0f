package io.peakmesh.kube.trust;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.peakmesh.identity.attest.ServiceAccountKeys;
import io.peakmesh.kube.connect.Api;
import java.io.IOException;

/**
 * The keys as the API server itself publishes them. They are asked of it and not of the issuer's
 * own address, which may lie outside the cluster and behind other certificates.
 */
public final class ClusterKeys implements ServiceAccountKeys {
    private final Api api;

    public ClusterKeys(KubernetesClient client) {
        this.api = new Api(client);
    }

    @Override
    public Published fetch() throws IOException {
        JsonNode about =
                api.get("/.well-known/openid-configuration")
                        .orThrow("read the service-account issuer's configuration");
        String issuer = about.path("issuer").asText("");
        JsonNode keys =
                api.get("/openid/v1/jwks").orThrow("read the keys of service-account tokens");
        if (issuer.isEmpty() || !keys.path("keys").isArray()) {
            throw new IOException(
                    "the API server publishes no service-account issuer; see its flag"
                            + " --service-account-issuer");
        }
        return new Published(issuer, keys.toString());
    }
}
