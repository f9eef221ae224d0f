package io.peakmesh.injector.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A server under test, and callers of it over real TLS. */
final class Calls implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();

    final Instant now = InstantSource.system().instant();
    final Pki authority = new Pki("webhook-ca", now);
    final Pki.Newest keys = new Pki.Newest(authority.server());
    private final SSLContext anonymous = context(null);
    private @Nullable WebhookServer server;
    private @Nullable HttpClient client;

    /** An answer of the server. */
    record Answer(int status, JsonNode body, HttpResponse<String> raw) {}

    WebhookServer.Builder builder() {
        return WebhookServer.builder(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), keys);
    }

    Calls serving(WebhookServer.Builder builder) throws IOException {
        return serving(builder.start());
    }

    /** With another limit for one exchange. */
    Calls serving(WebhookServer.Builder builder, long maxExchangeMillis) throws IOException {
        return serving(builder.start(maxExchangeMillis));
    }

    private Calls serving(WebhookServer started) {
        server = started;
        client = client(null);
        return this;
    }

    WebhookServer server() {
        if (server == null) {
            throw new IllegalStateException("not serving");
        }
        return server;
    }

    HttpClient client() {
        if (client == null) {
            throw new IllegalStateException("not serving");
        }
        return client;
    }

    HttpClient client(Pki.@Nullable Identity identity) {
        return HttpClient.newBuilder()
                .sslContext(context(identity))
                .connectTimeout(Duration.ofSeconds(60))
                .build();
    }

    /** A connection to write to by hand. */
    SSLSocket socket() throws IOException {
        return (SSLSocket)
                anonymous
                        .getSocketFactory()
                        .createSocket(InetAddress.getLoopbackAddress(), server().port());
    }

    private SSLContext context(Pki.@Nullable Identity identity) {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("ca", authority.certificate());
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    identity == null ? null : new KeyManager[] {new Pki.Newest(identity)},
                    trust.getTrustManagers(),
                    null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server().port() + path))
                .timeout(Duration.ofSeconds(60));
    }

    Answer post(String path, Object body) throws Exception {
        return postText(path, JSON.writeValueAsString(body));
    }

    Answer postText(String path, String body) throws Exception {
        return ask(client(), to(path).POST(HttpRequest.BodyPublishers.ofString(body)).build());
    }

    Answer get(String path) throws Exception {
        return ask(client(), to(path).build());
    }

    static Answer ask(HttpClient client, HttpRequest request) throws Exception {
        HttpResponse<String> raw = client.send(request, HttpResponse.BodyHandlers.ofString());
        boolean json =
                raw.headers().firstValue("content-type").orElse("").startsWith("application/json");
        return new Answer(
                raw.statusCode(), json ? JSON.readTree(raw.body()) : JSON.nullNode(), raw);
    }

    /** An AdmissionReview as the API server sends it. */
    static Map<String, Object> admissionReview(String operation, Object object) {
        return Map.of(
                "kind",
                "AdmissionReview",
                "apiVersion",
                "admission.k8s.io/v1",
                "request",
                Map.of(
                        "uid",
                        "705ab4f5",
                        "kind",
                        Map.of(
                                "group", "split.smi-spec.io",
                                "version", "v1alpha4",
                                "kind", "TrafficSplit"),
                        "name",
                        "cart",
                        "namespace",
                        "shop",
                        "operation",
                        operation,
                        "object",
                        object,
                        "dryRun",
                        true));
    }

    @Override
    public void close() {
        if (client != null) {
            client.shutdownNow();
        }
        if (server != null) {
            server.close();
        }
    }
}
