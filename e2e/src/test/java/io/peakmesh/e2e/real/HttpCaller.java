package io.peakmesh.e2e.real;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** An app that calls others by HTTP/1.1. */
public final class HttpCaller implements Closeable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient http;
    private final InetSocketAddress door;
    private final boolean asProxy;
    private final Duration patience;

    private HttpCaller(
            HttpClient http, InetSocketAddress door, boolean asProxy, Duration patience) {
        this.http = http;
        this.door = door;
        this.asProxy = asProxy;
        this.patience = patience;
    }

    /** Uses a pod's outbound port as {@code http_proxy} does. */
    public static HttpCaller through(Pod pod) {
        InetSocketAddress door = new InetSocketAddress(pod.ip(), Pod.OUTBOUND);
        return new HttpCaller(builder().proxy(ProxySelector.of(door)).build(), door, true, TIMEOUT);
    }

    /** Connects to {@code door} whatever the name is, as if its address had been looked up. */
    public static HttpCaller at(InetSocketAddress door) {
        return new HttpCaller(builder().build(), door, false, TIMEOUT);
    }

    /** The same caller, who gives up a call after so long. */
    public HttpCaller patience(Duration patience) {
        return new HttpCaller(http, door, asProxy, patience);
    }

    private static HttpClient.Builder builder() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT);
    }

    /** What came back; {@code app} and {@code caller} are empty where no app of ours answered. */
    public record Answer(int status, String body, String app, String caller) {
        public boolean ok() {
            return status == 200;
        }
    }

    /**
     * Asks {@code authority} for {@code path}, with more headers as names and values in turn;
     * throws UncheckedIOException without an answer.
     */
    public Answer get(String authority, String path, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                        URI.create(
                                asProxy
                                        ? "http://" + authority + path
                                        : "http://"
                                                + door.getAddress().getHostAddress()
                                                + ":"
                                                + door.getPort()
                                                + path));
        if (!asProxy) {
            request.header("host", authority);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> response =
                    http.send(
                            request.timeout(patience).build(),
                            HttpResponse.BodyHandlers.ofString());
            String body = response.body();
            JsonNode json = body.startsWith("{") ? JSON.readTree(body) : JSON.nullNode();
            return new Answer(
                    response.statusCode(),
                    body,
                    json.path("app").asText(),
                    json.path("caller").asText());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Which app answers; throws IllegalStateException if the answer is not a good one. */
    public String named(String authority, String path) {
        Answer answer = get(authority, path);
        if (!answer.ok() || answer.app().isEmpty()) {
            throw new IllegalStateException(answer.toString());
        }
        return answer.app();
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
