package io.peakmesh.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What the shop's HTTP apps have in common: a server on the instance's address that speaks JSON.
 */
final class HttpApps {
    private static final ObjectMapper JSON = new ObjectMapper();

    private HttpApps() {}

    /** Answers one request. */
    interface Handler {
        Answer answer(String path, String caller) throws IOException;
    }

    /** A status and a flat JSON object. */
    record Answer(int status, Map<String, ?> body) {}

    static App start(Shop.Instance instance, Handler handler) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(instance.ip(), instance.port()), 1024);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(threads);
        server.createContext("/", exchange -> serve(exchange, handler));
        server.start();
        return () -> {
            server.stop(0);
            threads.shutdownNow();
        };
    }

    private static void serve(HttpExchange exchange, Handler handler) throws IOException {
        try (exchange) {
            String header = exchange.getRequestHeaders().getFirst(Caller.HEADER);
            Answer answer =
                    handler.answer(
                            exchange.getRequestURI().getPath(),
                            header == null ? "none" : Caller.of(header));
            byte[] body = JSON.writeValueAsBytes(answer.body());
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** The catalog: says which version and instance answered, and who asked. */
    static App catalog(Shop.Instance instance) throws IOException {
        return start(
                instance,
                (path, caller) ->
                        new Answer(
                                200,
                                Map.of(
                                        "version", instance.version(),
                                        "instance", instance.pod(),
                                        "caller", caller)));
    }
}
