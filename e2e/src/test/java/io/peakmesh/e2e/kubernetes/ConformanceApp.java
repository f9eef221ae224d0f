package io.peakmesh.e2e.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The app of the SMI conformance suite. {@code POST /call} makes it call what the body says, {@code
 * /echo} sends back what came, {@code GET /metrics} tells what it received and how its own calls
 * went, {@code DELETE /metrics} forgets that.
 */
final class ConformanceApp implements Closeable {
    /** How this app reaches others. */
    interface Way {
        /** The status of the answer; throws IOException without one. */
        int call(String method, URI url, String body) throws IOException;
    }

    /** What an app counted, as {@code /metrics} says it. */
    record Metrics(int received, List<Call> succeeded, List<Call> failed) {
        static Metrics read(String json) throws IOException {
            JsonNode tree = JSON.readTree(json);
            return new Metrics(
                    tree.path("received").asInt(),
                    calls(tree.path("succeeded")),
                    calls(tree.path("failed")));
        }

        private static List<Call> calls(JsonNode list) {
            List<Call> calls = new ArrayList<>();
            list.forEach(one ->
                    calls.add(
                            new Call(
                                    one.path("method").asText(),
                                    one.path("url").asText(),
                                    one.path("status").asInt())));
            return List.copyOf(calls);
        }
    }

    /** One call that an app made; {@code status} is 0 where nothing came back. */
    record Call(String method, String url, int status) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Way way;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Call> succeeded = new ArrayList<>();
    private final List<Call> failed = new ArrayList<>();
    private int received;

    /** Answers on a free port of loopback. */
    ConformanceApp(Way way) throws IOException {
        this.way = way;
        this.server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        server.setExecutor(threads);
        server.createContext("/call", this::call);
        server.createContext("/echo", this::echo);
        server.createContext("/metrics", this::metrics);
        server.start();
    }

    InetSocketAddress address() {
        return server.getAddress();
    }

    private void call(HttpExchange exchange) throws IOException {
        JsonNode asked = JSON.readTree(exchange.getRequestBody().readAllBytes());
        String method = asked.path("method").asText();
        String url = asked.path("url").asText();
        int status;
        try {
            status = way.call(method, URI.create(url), asked.path("body").asText());
        } catch (IOException refused) {
            status = 0;
        }
        synchronized (this) {
            (status == 200 ? succeeded : failed).add(new Call(method, url, status));
        }
        answer(exchange, "");
    }

    private void echo(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        synchronized (this) {
            received++;
        }
        answer(exchange, body);
    }

    private void metrics(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        Map<String, Object> said;
        synchronized (this) {
            if (exchange.getRequestMethod().equals("DELETE")) {
                received = 0;
                succeeded.clear();
                failed.clear();
            }
            said =
                    Map.of(
                            "received",
                            received,
                            "succeeded",
                            List.copyOf(succeeded),
                            "failed",
                            List.copyOf(failed));
        }
        answer(exchange, JSON.writeValueAsString(said));
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        byte[] body = text.getBytes(UTF_8);
        exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
