package io.peakmesh.kube.trust;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.peakmesh.kube.connect.Api;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * How the API server proves itself to what is aggregated into it: ConfigMap {@code
 * extension-apiserver-authentication} of kube-system. To read it takes the Role {@code
 * extension-apiserver-authentication-reader} that every cluster has there.
 */
public final class FrontProxyAuthority {
    private static final String PATH =
            "/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Api api;

    /**
     * What it holds.
     *
     * @param clientCaPem who signs the API server's client certificate; empty where aggregation is
     *     off
     * @param allowedNames common names of that certificate; empty for any
     */
    public record Published(
            String clientCaPem,
            List<String> allowedNames,
            List<String> userHeaders,
            List<String> groupHeaders) {
        public Published {
            allowedNames = List.copyOf(allowedNames);
            userHeaders = List.copyOf(userHeaders);
            groupHeaders = List.copyOf(groupHeaders);
        }
    }

    public FrontProxyAuthority(KubernetesClient client) {
        this.api = new Api(client);
    }

    /** Reads it; waits at most a few seconds. */
    public Published fetch() throws IOException {
        JsonNode data = api.get(PATH).orThrow("read how the API server proves itself").path("data");
        return new Published(
                data.path("requestheader-client-ca-file").asText(),
                names(data, "requestheader-allowed-names"),
                names(data, "requestheader-username-headers"),
                names(data, "requestheader-group-headers"));
    }

    /** A list of names, which stands there as JSON text. */
    private static List<String> names(JsonNode data, String key) throws IOException {
        List<String> names = new ArrayList<>();
        String text = data.path(key).asText();
        if (!text.isEmpty()) {
            JSON.readTree(text).forEach(name -> names.add(name.asText()));
        }
        return names;
    }
}
