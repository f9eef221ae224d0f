package io.peakmesh.kube.connect;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * A server that answers as told: for faults that a real API server has at the wrong moment only.
 */
public final class ScriptedApi implements AutoCloseable {
    /** What was asked; {@code number} counts from 1. */
    public record Asked(int number, String method, String path, String body) {}

    /**
     * What to answer.
     *
     * @param status 0 cuts the connection without an answer
     */
    public record Answer(int status, String body, Optional<String> retryAfter) {
        public static Answer of(int status, String body) {
            return new Answer(status, body, Optional.empty());
        }

        /** A refusal with this text. */
        public static Answer refusal(int status, String message) {
            return of(status, "{\"kind\": \"Status\", \"message\": \"" + message + "\"}");
        }
    }

    private final HttpServer server;
    private final KubernetesClient client;
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    public ScriptedApi(Function<Asked, Answer> script) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> answer(exchange, script));
        server.start();
        Config config = new ConfigBuilder(Config.empty()).build();
        config.setMasterUrl("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        config.setRequestRetryBackoffLimit(0);
        client = new KubernetesClientBuilder().withConfig(config).build();
    }

    public KubernetesClient client() {
        return client;
    }

    /** What has been asked so far. */
    public List<Asked> asked() {
        return asked;
    }

    /** How often this method was used so far. */
    public long asked(String method) {
        return asked.stream().filter(each -> each.method().equals(method)).count();
    }

    private void answer(HttpExchange exchange, Function<Asked, Answer> script) throws IOException {
        try (exchange) {
            String body =
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Asked request;
            synchronized (asked) {
                request =
                        new Asked(
                                asked.size() + 1,
                                exchange.getRequestMethod(),
                                exchange.getRequestURI().toString(),
                                body);
                asked.add(request);
            }
            Answer answer = script.apply(request);
            if (answer.status() == 0) {
                return;
            }
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            answer.retryAfter()
                    .ifPresent(value -> exchange.getResponseHeaders().set("Retry-After", value));
            exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        client.close();
        server.stop(0);
    }
}
