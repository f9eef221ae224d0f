package io.peakmesh.kube.connect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Requests to the API server as JSON trees over the client's own HTTP, so that its credentials and
 * proxy are used but no model class is loaded and nothing is repeated behind the caller's back. Any
 * thread may use it; a call blocks until the answer is there or its time is over.
 */
public final class Api {
    /** Who is named as the writer in {@code metadata.managedFields}. */
    public static final String FIELD_MANAGER = "peakmesh";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String OBJECT = "application/json";

    /** The keys of tokens are of a media type of their own. */
    private static final String ACCEPT = OBJECT + ", */*;q=0.5";

    private static final String APPLY = "application/apply-patch+yaml";
    private static final String MERGE = "application/merge-patch+json";
    private static final Duration USUAL = Duration.ofMillis(ClusterConnection.REQUEST_MILLIS);
    private static final long LONGEST_RETRY_AFTER_SECONDS = 300;

    private final HttpClient http;
    private final String server;
    private final Duration patience;

    public Api(KubernetesClient client) {
        this(client.getHttpClient(), client.getConfiguration().getMasterUrl(), USUAL);
    }

    private Api(HttpClient http, String server, Duration patience) {
        this.http = http;
        this.server = server.endsWith("/") ? server.substring(0, server.length() - 1) : server;
        this.patience = patience;
    }

    /** The same, waiting this long at most for an answer. */
    public Api within(Duration time) {
        return new Api(http, server, time);
    }

    public Reply get(String path) throws IOException {
        return send("GET", path, OBJECT, null);
    }

    public Reply create(String path, JsonNode object) throws IOException {
        return send("POST", path, OBJECT, object);
    }

    /** Puts the object in the place of the one with its {@code metadata.resourceVersion}. */
    public Reply replace(String path, JsonNode object) throws IOException {
        return send("PUT", path, OBJECT, object);
    }

    /** Server-side apply; fields that others have set otherwise become ours. */
    public Reply apply(String path, JsonNode object) throws IOException {
        return send("PATCH", path + "?force=true&fieldManager=" + FIELD_MANAGER, APPLY, object);
    }

    /** JSON merge patch (RFC 7396). */
    public Reply merge(String path, JsonNode patch) throws IOException {
        return send("PATCH", path + "?fieldManager=" + FIELD_MANAGER, MERGE, patch);
    }

    /** Deletes the object if it has this uid still. */
    public Reply delete(String path, String uid) throws IOException {
        var options = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "DeleteOptions");
        options.putObject("preconditions").put("uid", uid);
        return send("DELETE", path, OBJECT, options);
    }

    /** The time that the API server has, to the second; empty if it does not say. */
    public Optional<Instant> clock() throws IOException {
        String date = exchange("GET", "/version", OBJECT, null).header("Date");
        try {
            return date == null
                    ? Optional.empty()
                    : Optional.of(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from));
        } catch (DateTimeParseException unreadable) {
            return Optional.empty();
        }
    }

    private Reply send(String method, String path, String type, @Nullable JsonNode body)
            throws IOException {
        return reply(exchange(method, path, type, body));
    }

    private HttpResponse<byte[]> exchange(
            String method, String path, String type, @Nullable JsonNode body) throws IOException {
        HttpRequest.Builder request =
                http.newHttpRequestBuilder()
                        .uri(server + path)
                        .header("Accept", ACCEPT)
                        .timeout(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (body != null) {
            request.method(method, type, JSON.writeValueAsString(body));
        }
        CompletableFuture<HttpResponse<byte[]>> pending =
                http.sendAsync(request.build(), byte[].class);
        try {
            return pending.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            pending.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (TimeoutException late) {
            pending.cancel(true);
            throw new IOException(
                    "no answer from " + server + " within " + patience.toMillis() + " ms", late);
        } catch (ExecutionException failed) {
            throw new IOException("cannot reach " + server + ": " + reason(failed), failed);
        }
    }

    private static Reply reply(HttpResponse<byte[]> response) {
        byte[] bytes = response.body();
        JsonNode body;
        try {
            body = bytes == null ? MissingNode.getInstance() : JSON.readTree(bytes);
        } catch (IOException noJson) {
            body = MissingNode.getInstance();
        }
        return new Reply(response.code(), body, retryAfter(response.header("Retry-After")));
    }

    /** Only the form in seconds, which is the one that API servers use. */
    static Optional<Duration> retryAfter(@Nullable String header) {
        if (header == null || !header.matches("[0-9]{1,9}")) {
            return Optional.empty();
        }
        long seconds = Math.min(Long.parseLong(header), LONGEST_RETRY_AFTER_SECONDS);
        return Optional.of(Duration.ofSeconds(seconds));
    }

    private static String reason(Throwable problem) {
        Throwable at = problem;
        while (at.getCause() != null) {
            at = at.getCause();
        }
        String text = at.getMessage();
        return text == null || text.isBlank() ? at.getClass().getSimpleName() : text;
    }
}
