package io.peakmesh.kube.watch;

import com.fasterxml.jackson.core.JsonToken;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.HttpClientUtils;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads from the API server, with the client's configuration and credentials but connections of its
 * own: HTTP/1.1, one for each watch. On a shared HTTP/2 connection whose other end is gone, a new
 * request would go the way of the old one until the kernel gives up after a quarter of an hour.
 * Nothing is retried here.
 */
final class Api implements Closeable {
    private static final int MAX_REFUSAL_BYTES = 16 << 10;
    private static final int MAX_REASON = 500;

    private final HttpClient http;
    private final String root;
    private final Duration answer;

    /**
     * @param answer how long the server may take until it begins to answer
     */
    Api(Config config, Duration answer) {
        String url = config.getMasterUrl();
        this.root = url.endsWith("/") ? url : url + "/";
        this.answer = answer;
        HttpClient.Builder builder = HttpClientUtils.getHttpClientFactory().newBuilder(config);
        builder.preferHttp11();
        builder.tag(
                new RequestConfigBuilder(config.getRequestConfig())
                        .withRequestRetryBackoffLimit(0)
                        .build());
        this.http = builder.build();
    }

    /**
     * Gets a path.
     *
     * @param silence how long the body may stop coming
     * @return the body of an answer 200, to be closed
     * @throws Refused for any other answer
     */
    BodyStream get(String path, Duration silence) throws IOException {
        HttpRequest request =
                http.newHttpRequestBuilder()
                        .uri(root + path)
                        .header("Accept", "application/json")
                        .timeout(answer.toMillis(), TimeUnit.MILLISECONDS)
                        .build();
        BodyStream stream = new BodyStream(silence);
        HttpResponse<AsyncBody> response = await(http.consumeBytes(request, stream));
        stream.open(response.body());
        if (response.code() == 200) {
            return stream;
        }
        try (stream) {
            throw refusal(response.code(), stream);
        }
    }

    private HttpResponse<AsyncBody> await(CompletableFuture<HttpResponse<AsyncBody>> call)
            throws IOException {
        try {
            // The client's own limit comes first; this one only makes sure that there is one.
            return call.get(3 * answer.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            call.cancel(true);
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("stopped").initCause(stop);
        } catch (TimeoutException late) {
            call.cancel(true);
            throw new IOException("no answer in " + 3 * answer.toSeconds() + " s", late);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            // The JDK's exception for it says nothing.
            boolean refused = cause instanceof ConnectException;
            throw new IOException(refused ? "no connection to " + root : reason(cause), cause);
        }
    }

    /** What a failure says; some of the JDK's say nothing themselves, but their cause does. */
    static String reason(Throwable failure) {
        @Nullable Throwable at = failure;
        while (at != null && (at.getMessage() == null || at.getMessage().isBlank())) {
            at = at.getCause();
        }
        String type = failure.getClass().getSimpleName();
        return oneLine(at == null ? type : String.valueOf(at.getMessage()));
    }

    private static Refused refusal(int code, BodyStream stream) throws IOException {
        byte[] bytes = stream.readNBytes(MAX_REFUSAL_BYTES);
        String said = message(bytes);
        return new Refused(code, oneLine(said.isEmpty() ? "HTTP " + code : said));
    }

    /** The message of a Status, else the text as it is. */
    private static String message(byte[] bytes) {
        try (TreeReader reader = TreeReader.of(bytes)) {
            if (reader.next().filter(token -> token == JsonToken.START_OBJECT).isPresent()) {
                Map<String, @Nullable Object> status = reader.tree(Shape.of("message"));
                return String.valueOf(status.getOrDefault("message", ""));
            }
        } catch (IOException notJson) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** A text of the server's as one line of bounded length. */
    static String oneLine(String text) {
        StringBuilder line = new StringBuilder();
        text.strip()
                .codePoints()
                .limit(MAX_REASON)
                .map(c -> Character.isISOControl(c) ? ' ' : c)
                .forEach(line::appendCodePoint);
        return line.toString();
    }

    @Override
    public void close() {
        http.close();
    }
}
