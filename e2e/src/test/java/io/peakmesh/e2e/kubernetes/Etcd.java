package io.peakmesh.e2e.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/** A cluster's etcd, by the JSON form of its API. */
final class Etcd {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final URI base;

    Etcd(int port) {
        this.base = URI.create("http://127.0.0.1:" + port);
    }

    /** Its newest revision, which is the newest resourceVersion of all objects. */
    long revision() {
        return post("/v3/maintenance/status", Map.of()).at("/header/revision").asLong();
    }

    /** Moves its revision on by one, with a key that no API server looks at. */
    void advance() {
        post("/v3/kv/put", Map.of("key", base64("peakmesh"), "value", base64("e2e")));
    }

    /** Forgets all that was before its newest revision. */
    void compact() {
        post("/v3/kv/compaction", Map.of("revision", revision(), "physical", true));
    }

    /** The value under a key as it is stored; throws IllegalStateException if there is none. */
    String value(String key) {
        String value = post("/v3/kv/range", Map.of("key", base64(key))).at("/kvs/0/value").asText();
        if (value.isEmpty()) {
            throw new IllegalStateException("etcd has no " + key);
        }
        return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private JsonNode post(String path, Map<String, ?> body) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    http.send(
                            HttpRequest.newBuilder(base.resolve(path))
                                    .timeout(TIMEOUT)
                                    .POST(
                                            HttpRequest.BodyPublishers.ofString(
                                                    JSON.writeValueAsString(body)))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(path + ": " + answer.body());
            }
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
