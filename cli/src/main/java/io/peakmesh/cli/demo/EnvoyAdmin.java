package io.peakmesh.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads one Envoy's admin interface. */
final class EnvoyAdmin {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final HttpClient http;
    private final String base;

    EnvoyAdmin(HttpClient http, Shop.Instance instance) {
        this.http = http;
        this.base = "http://" + instance.ip() + ":" + Shop.ADMIN_PORT;
    }

    /** Whether it says that it is live: its listeners are warm. */
    boolean ready() throws InterruptedException {
        try {
            return send("/ready").statusCode() == 200;
        } catch (IOException notUp) {
            return false;
        }
    }

    /** Counters and gauges by name. */
    SortedMap<String, Long> counters() throws IOException, InterruptedException {
        SortedMap<String, Long> values = new TreeMap<>();
        for (String line : send("/stats?type=Counters").body().lines().toList()) {
            int colon = line.lastIndexOf(": ");
            values.put(line.substring(0, colon), Long.parseLong(line.substring(colon + 2)));
        }
        return values;
    }

    /**
     * Histogram buckets of the whole life of the proxy: stat name → (upper bound in milliseconds →
     * samples at or under it).
     */
    SortedMap<String, SortedMap<Double, Long>> histograms()
            throws IOException, InterruptedException {
        SortedMap<String, SortedMap<Double, Long>> all = new TreeMap<>();
        JsonNode root =
                JSON.readTree(
                        send("/stats?type=Histograms&format=json&histogram_buckets=cumulative")
                                .body());
        for (JsonNode stat : root.path("stats")) {
            for (JsonNode histogram : stat.path("histograms")) {
                SortedMap<Double, Long> buckets = new TreeMap<>();
                for (JsonNode bucket : histogram.path("buckets")) {
                    buckets.put(
                            bucket.path("upper_bound").asDouble(),
                            bucket.path("cumulative").asLong());
                }
                all.put(histogram.path("name").asText(), buckets);
            }
        }
        return all;
    }

    /** The serial number of the leaf certificate that it presents now, empty if it has none. */
    String serial() throws IOException, InterruptedException {
        for (JsonNode certificate : JSON.readTree(send("/certs").body()).path("certificates")) {
            for (JsonNode leaf : certificate.path("cert_chain")) {
                for (JsonNode san : leaf.path("subject_alt_names")) {
                    if (san.path("uri").asText().startsWith("spiffe://")) {
                        return leaf.path("serial_number").asText();
                    }
                }
            }
        }
        return "";
    }

    private HttpResponse<String> send(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(base + path)).timeout(TIMEOUT).build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
