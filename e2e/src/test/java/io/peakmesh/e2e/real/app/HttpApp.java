package io.peakmesh.e2e.real.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Answers HTTP/1.1 with a JSON object: {@code app}, {@code host}, {@code path} and {@code caller}
 * (the header x-forwarded-client-cert, empty if there is none). It can be made slow, or to fail.
 */
public final class HttpApp implements App {
    private static final ObjectMapper JSON = new ObjectMapper();

    static {
        // A kept connection shall not be closed by the app in the moment of its next request.
        System.setProperty("sun.net.httpserver.idleInterval", "3600");
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final String name;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicLong served = new AtomicLong();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Duration takes = Duration.ZERO;
    private volatile int status = 200;

    public HttpApp(String name, InetSocketAddress at) throws IOException {
        this.name = name;
        this.server = HttpServer.create(at, 1024);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            served.incrementAndGet();
            exchange.getRequestBody().readAllBytes();
            rest();
            byte[] body =
                    JSON.writeValueAsBytes(
                            Map.of(
                                    "app", name,
                                    "host", header(exchange, "host"),
                                    "path", exchange.getRequestURI().getPath(),
                                    "caller", header(exchange, "x-forwarded-client-cert")));
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** As long as it takes, or until it is closed. */
    private void rest() {
        try {
            closed.await(takes.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** From now on every answer takes so long. */
    public HttpApp takes(Duration time) {
        takes = time;
        return this;
    }

    /** From now on every answer has this status. */
    public HttpApp answers(int status) {
        this.status = status;
        return this;
    }

    private static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    /** How many requests came this far. */
    public long served() {
        return served.get();
    }

    @Override
    public InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
