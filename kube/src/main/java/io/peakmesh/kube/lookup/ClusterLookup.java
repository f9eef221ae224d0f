package io.peakmesh.kube.lookup;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.peakmesh.kube.connect.Api;
import io.peakmesh.kube.reader.ObjectReader;
import io.peakmesh.smi.object.MeshObject.NamespaceObject;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks the API server; each call blocks, for three seconds at most. Any thread may use it. */
public final class ClusterLookup {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    /** Some clouds write {@code 29+}. */
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}");

    private final Api api;

    public ClusterLookup(KubernetesClient client) {
        this.api = new Api(client).within(PATIENCE);
    }

    /**
     * The namespace as it is stored now; empty if there is none. As a list of one, which the right
     * to list namespaces allows.
     */
    public Optional<NamespaceObject> namespace(String name) throws IOException {
        String path =
                "/api/v1/namespaces?fieldSelector="
                        + URLEncoder.encode("metadata.name=" + name, StandardCharsets.UTF_8);
        JsonNode list = api.get(path).orThrow("read namespace " + name);
        if (!(list.path("items").path(0) instanceof ObjectNode namespace)) {
            return Optional.empty();
        }
        namespace.put("apiVersion", "v1").put("kind", "Namespace");
        ObjectReader.Decoded decoded = ObjectReader.read(JSON.convertValue(namespace, OBJECT));
        if (decoded.object().orElse(null) instanceof NamespaceObject object) {
            return Optional.of(object);
        }
        throw new IOException("namespace " + name + " cannot be used: " + decoded.problems());
    }

    /** The minor number of the API server's version, as 29 of 1.29. */
    public int minorVersion() throws IOException {
        JsonNode version = api.get("/version").orThrow("read the API server's version");
        Matcher minor = NUMBER.matcher(version.path("minor").asText(""));
        if (!minor.find()) {
            throw new IOException("the API server's version has no number: " + version);
        }
        return Integer.parseInt(minor.group());
    }
}
