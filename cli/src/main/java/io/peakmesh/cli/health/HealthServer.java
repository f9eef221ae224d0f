package io.peakmesh.cli.health;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.HostPort;
import io.peakmesh.model.Mesh;
import io.peakmesh.xds.server.XdsServer;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * {@code /livez}, {@code /readyz} and {@code /metrics}. A control plane is ready once it has served
 * its first mesh, and stays so while its source is away: what it knows is right to serve, and a
 * proxy that restarts meanwhile needs it. What is wrong with the source stands in the answer.
 */
public final class HealthServer implements Closeable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final SourceHealth source;
    private final Supplier<Mesh> mesh;
    private final Metrics metrics;

    private HealthServer(HostPort at, SourceHealth source, XdsServer xds, Supplier<Mesh> mesh) {
        this.source = source;
        this.mesh = mesh;
        this.metrics = new Metrics(source, xds, mesh);
        try {
            this.server = HttpServer.create(new InetSocketAddress(at.host(), at.port()), 16);
        } catch (IOException e) {
            throw new CliException(
                    "cannot listen at "
                            + at
                            + " ("
                            + e.getMessage()
                            + "); name another address with --health",
                    e);
        }
        server.setExecutor(threads);
        server.createContext("/livez", exchange -> send(exchange, 200, "ok\n", "text/plain"));
        server.createContext("/readyz", this::ready);
        server.createContext(
                "/metrics",
                exchange -> send(exchange, 200, metrics.scrape(), Metrics.CONTENT_TYPE));
    }

    /** Starts to answer; {@code mesh} is the newest one, of generation 0 while there is none. */
    public static HealthServer start(
            HostPort at, SourceHealth source, XdsServer xds, Supplier<Mesh> mesh) {
        HealthServer started = new HealthServer(at, source, xds, mesh);
        started.server.start();
        return started;
    }

    private void ready(HttpExchange exchange) throws IOException {
        boolean served = mesh.get().generation() > 0;
        List<String> lines = new ArrayList<>();
        lines.add(served ? "ok" : "not ready: no mesh was served yet");
        for (SourceHealth.Feed feed : source.feeds()) {
            if (!feed.connected()) {
                lines.add(
                        feed.kind()
                                + ": not watched"
                                + feed.since().map(since -> " since " + since).orElse("")
                                + (feed.trouble().isEmpty() ? "" : ": " + feed.trouble())
                                + (feed.complete() ? "; what is known stays served" : ""));
            }
        }
        send(exchange, served ? 200 : 503, String.join("\n", lines) + "\n", "text/plain");
    }

    private static void send(HttpExchange exchange, int status, String text, String type)
            throws IOException {
        try (exchange) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("content-type", type + "; charset=utf-8");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    /** The port that is listened on. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
