package io.peakmesh.injector.webhook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JDK's HTTPS server with a {@link Handler}. TLS 1.2 and 1.3, HTTP/1.1.
 *
 * <p>The JDK closes a connection after its last answer on the one thread that accepts and reads for
 * all, and that close waits where the caller does not read. So an exchange that is its connection's
 * last ends here with an exception: then the JDK closes on the exchange's own thread.
 */
final class Listener implements AutoCloseable {
    /** For requests that run when the server closes. */
    private static final int CLOSE_SECONDS = 5;

    /** What a handler left unread of a body is read away up to here to keep the connection. */
    private static final long MAX_DRAIN_BYTES = 256 * 1024;

    /** And up to here to end it so that the caller sees the answer. */
    private static final long MAX_LINGER_BYTES = 16 * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

    private final HttpsServer server;
    private final Exchanges exchanges;
    private final ScheduledExecutorService clock;
    private final Handler handler;
    private final AtomicInteger answering = new AtomicInteger();
    private volatile boolean leaving;

    /**
     * Binds and serves.
     *
     * @param wantClientCertificate asks for one; any is taken, and none too
     * @param maxMillis of one exchange, see {@link Exchanges}
     */
    Listener(
            InetSocketAddress bind,
            SSLContext tls,
            boolean wantClientCertificate,
            Handler handler,
            ScheduledExecutorService clock,
            long maxMillis)
            throws IOException {
        this.handler = handler;
        this.clock = clock;
        this.exchanges = new Exchanges(clock, maxMillis);
        this.server = HttpsServer.create(bind, HttpServerLimits.MAX_CONNECTIONS);
        server.setExecutor(exchanges);
        server.setHttpsConfigurator(
                new HttpsConfigurator(tls) {
                    @Override
                    public void configure(HttpsParameters connection) {
                        SSLParameters parameters = tls.getDefaultSSLParameters();
                        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
                        parameters.setWantClientAuth(wantClientCertificate);
                        connection.setSSLParameters(parameters);
                    }
                });
        server.createContext("/", this::serve);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** From now on each answer is its connection's last; a further one is taken as before. */
    void leave() {
        leaving = true;
    }

    private void serve(HttpExchange exchange) throws IOException {
        answering.incrementAndGet();
        try {
            Call call = new Call((HttpsExchange) exchange);
            if (call.method().equals("HEAD")) {
                throw new IOException("an answer without a body is not given here");
            }
            Reply reply = handler.answer(call);
            boolean whole;
            boolean last;
            try (Reply.Body body = reply.body()) {
                whole = call.drained(MAX_DRAIN_BYTES);
                last = !whole || leaving || call.last();
                send(exchange, reply, body, last);
            }
            if (last) {
                // A close with bytes unread would lose the answer on its way.
                boolean _ = whole || call.drained(MAX_LINGER_BYTES);
                throw new IOException("this was the connection's last exchange");
            }
            exchange.close();
        } catch (IOException e) {
            LOG.debug("connection ends: peer={}", exchange.getRemoteAddress(), e);
            throw e;
        } finally {
            answering.decrementAndGet();
        }
    }

    private static void send(HttpExchange exchange, Reply reply, Reply.Body body, boolean last)
            throws IOException {
        exchange.getResponseHeaders().set("content-type", reply.contentType());
        if (reply.status() == 429) {
            // The API server's client tries again by itself when it is told to.
            exchange.getResponseHeaders().set("retry-after", "1");
        }
        if (last) {
            exchange.getResponseHeaders().set("connection", "close");
        }
        exchange.sendResponseHeaders(reply.status(), body.length());
        OutputStream out = exchange.getResponseBody();
        body.writeTo(out);
        out.flush();
    }

    /** Accepts no more, lets running requests end within {@value #CLOSE_SECONDS} s. */
    @Override
    public void close() {
        int delay = answering.get() == 0 ? 0 : CLOSE_SECONDS;
        // Else the server's end would wait for callers that do not read.
        var _ = clock.schedule(exchanges::abort, delay, TimeUnit.SECONDS);
        Thread stopping =
                Thread.ofPlatform().daemon().name("webhook-stop").start(() -> server.stop(delay));
        try {
            if (!stopping.join(Duration.ofSeconds(delay + CLOSE_SECONDS))) {
                LOG.warn("connections left open: a caller reads nothing");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        exchanges.abort();
    }
}
