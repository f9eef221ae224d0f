package io.peakmesh.injector.webhook;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limits of the JDK's HTTP server ({@code jdk.httpserver}). They are system properties that it
 * reads once, when the process makes its first server, and hold for each server by itself.
 *
 * <p>{@code maxReqTime} and {@code maxRspTime} stay unset: the JDK's timer closes a connection that
 * is overdue by writing to it, while it holds a lock that each request needs; one caller that reads
 * nothing would then stop the server. {@link Exchanges} limits that time.
 */
public final class HttpServerLimits {
    /** Longer than the 90 s for which Go's client keeps a connection: it closes, not we. */
    private static final int IDLE_SECONDS = 150;

    /**
     * Further ones are closed at once. An API server runs at most 600 requests at once by default;
     * each connection that has spoken takes about 70 KiB.
     */
    static final int MAX_CONNECTIONS = 1024;

    /** The front proxy sends one header for each group of a user. */
    private static final int MAX_HEADERS = 2000;

    /** Of all together, where each counts 32 more than it has. */
    private static final int MAX_HEADER_BYTES = 128 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(HttpServerLimits.class);

    private static final Map<String, String> LIMITS =
            Map.of(
                    "sun.net.httpserver.idleInterval", "" + IDLE_SECONDS,
                    "sun.net.httpserver.maxIdleConnections", "" + MAX_CONNECTIONS,
                    "jdk.httpserver.maxConnections", "" + MAX_CONNECTIONS,
                    "sun.net.httpserver.maxReqHeaders", "" + MAX_HEADERS,
                    "sun.net.httpserver.maxReqHeaderSize", "" + MAX_HEADER_BYTES,
                    "sun.net.httpserver.nodelay", "true");

    private HttpServerLimits() {}

    /**
     * Sets those that nobody has set ({@code -D} wins). To be called before the process makes its
     * first {@code HttpServer}; logs a warning where one runs already. May be called again.
     */
    public static void apply() {
        List<String> missing =
                new TreeMap<>(LIMITS)
                        .keySet().stream()
                                .filter(name -> System.getProperty(name) == null)
                                .toList();
        if (missing.isEmpty()) {
            return;
        }
        missing.forEach(name -> System.setProperty(name, LIMITS.get(name)));
        if (Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("HTTP-Dispatcher"))) {
            LOG.warn("limits of the HTTP server come too late, one runs already: {}", missing);
        }
    }
}
