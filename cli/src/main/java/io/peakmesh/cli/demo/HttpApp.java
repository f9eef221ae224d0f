package io.peakmesh.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.peakmesh.cli.terminal.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What the shop's HTTP apps have in common: a server that speaks JSON. It answers {@code /healthz}
 * with 200, and {@code /readyz} too until it is to leave.
 */
final class HttpApp implements App {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Handler handler;
    private volatile boolean leaving;

    /** Answers one request. */
    interface Handler {
        Answer answer(String path, String caller) throws IOException;
    }

    /** A status and a flat JSON object. */
    record Answer(int status, Map<String, ?> body) {}

    private HttpApp(HostPort at, Handler handler) throws IOException {
        this.handler = handler;
        this.server = HttpServer.create(new InetSocketAddress(at.host(), at.port()), 1024);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
    }

    /** Port 0 is any free one. */
    static HttpApp start(HostPort at, Handler handler) throws IOException {
        HttpApp app = new HttpApp(at, handler);
        app.server.start();
        return app;
    }

    /** The catalog: says which version and instance answered, and who asked. */
    static HttpApp catalog(Shop.Instance instance) throws IOException {
        return start(
                instance.at(),
                (path, caller) ->
                        new Answer(
                                200,
                                Map.of(
                                        "version", instance.version(),
                                        "instance", instance.pod(),
                                        "caller", caller)));
    }

    /** For the probes of an app that speaks something else. */
    static HttpApp health(HostPort at) throws IOException {
        return start(at, (path, caller) -> new Answer(404, Map.of("error", "nothing here")));
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String header = exchange.getRequestHeaders().getFirst(Caller.HEADER);
            Answer answer =
                    answer(
                            exchange.getRequestURI().getPath(),
                            header == null ? "none" : Caller.of(header));
            byte[] body = JSON.writeValueAsBytes(answer.body());
            exchange.getResponseHeaders().set("content-type", "application/json");
            if (leaving) {
                // A caller that keeps no connection to us cannot meet its end.
                exchange.getResponseHeaders().set("connection", "close");
            }
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Answer answer(String path, String caller) throws IOException {
        return switch (path) {
            case "/healthz" -> new Answer(200, Map.of("status", "ok"));
            case "/readyz" ->
                    leaving
                            ? new Answer(503, Map.of("status", "leaving"))
                            : new Answer(200, Map.of("status", "ok"));
            default -> handler.answer(path, caller);
        };
    }

    @Override
    public void leave() {
        leaving = true;
    }

    @Override
    public void drain(Duration limit) {
        leaving = true;
        server.stop((int) limit.toSeconds());
        threads.shutdownNow();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
