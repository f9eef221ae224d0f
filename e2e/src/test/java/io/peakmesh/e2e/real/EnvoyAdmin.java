package io.peakmesh.e2e.real;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Reads one Envoy's admin interface. */
public final class EnvoyAdmin {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String base;

    public EnvoyAdmin(InetSocketAddress at) {
        this.base = "http://" + at.getAddress().getHostAddress() + ":" + at.getPort();
    }

    /** Whether its listeners are warm. */
    public boolean ready() {
        try {
            return send("/ready").statusCode() == 200;
        } catch (UncheckedIOException notUp) {
            return false;
        }
    }

    /** Counters and gauges whose name passes. */
    public SortedMap<String, Long> stats(Predicate<String> names) {
        SortedMap<String, Long> values = new TreeMap<>();
        for (String line : body("/stats?type=All").lines().toList()) {
            int colon = line.lastIndexOf(": ");
            String value = line.substring(colon + 2);
            if (names.test(line.substring(0, colon)) && value.matches("[0-9]+")) {
                values.put(line.substring(0, colon), Long.parseLong(value));
            }
        }
        return values;
    }

    /** How often it took configuration of each kind from the control plane, not from its files. */
    public SortedMap<String, Long> updates() {
        return stats(name ->
                name.endsWith(".update_success")
                        && !name.startsWith("sds.token.")
                        && !name.startsWith("sds.control-plane-roots."));
    }

    /** The sum of the counters and gauges whose name passes. */
    public long sum(Predicate<String> names) {
        return stats(names).values().stream().mapToLong(Long::longValue).sum();
    }

    /** Whether its stream to the control plane is open. */
    public boolean connected() {
        return sum("control_plane.connected_state"::equals) == 1;
    }

    /** The names of the clusters that it holds and that its bootstrap did not name. */
    public List<String> dynamicClusters() {
        return names("dynamic_active_clusters", "/cluster/name");
    }

    /** One of those, as its configuration stands in the dump; empty if it holds none. */
    public String dynamicCluster(String name) {
        for (JsonNode config :
                json("/config_dump?resource=dynamic_active_clusters").path("configs")) {
            if (config.at("/cluster/name").asText().equals(name)) {
                return config.path("cluster").toString();
            }
        }
        return "";
    }

    /** What the module knows of each endpoint, as its page says it. */
    public JsonNode moduleEndpoints() {
        return json("/peakmesh/endpoints");
    }

    /** Every cluster with the state of its hosts. */
    public JsonNode clusters() {
        return json("/clusters?format=json");
    }

    public List<String> dynamicListeners() {
        return names("dynamic_listeners", "/name");
    }

    /** Everything it holds; Envoy itself leaves secrets out. */
    public String configDump() {
        return body("/config_dump?include_eds");
    }

    private List<String> names(String resource, String pointer) {
        List<String> names = new ArrayList<>();
        for (JsonNode config : json("/config_dump?resource=" + resource).path("configs")) {
            names.add(config.at(pointer).asText());
        }
        return names;
    }

    /** The certificate that it presents now; throws IllegalStateException if it has none. */
    public Leaf leaf() {
        for (JsonNode certificate : json("/certs").path("certificates")) {
            for (JsonNode leaf : certificate.path("cert_chain")) {
                List<String> uris = new ArrayList<>();
                for (JsonNode san : leaf.path("subject_alt_names")) {
                    uris.addAll(san.findValuesAsText("uri"));
                }
                if (!uris.isEmpty()) {
                    return new Leaf(
                            leaf.path("serial_number").asText(),
                            uris,
                            Instant.parse(leaf.path("expiration_time").asText()));
                }
            }
        }
        throw new IllegalStateException("no leaf in " + body("/certs"));
    }

    /** A leaf's serial number and URI names, and when it ends. */
    public record Leaf(String serial, List<String> uris, Instant ends) {}

    private JsonNode json(String path) {
        try {
            return JSON.readTree(body(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String body(String path) {
        return send(path).body();
    }

    private HttpResponse<String> send(String path) {
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(URI.create(base + path)).timeout(TIMEOUT).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
