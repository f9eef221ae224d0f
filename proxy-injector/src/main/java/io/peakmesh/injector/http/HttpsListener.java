package io.peakmesh.injector.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections, at most {@value #MAX_CONNECTIONS} at once, each on a virtual thread. Once
 * there are that many, further ones wait in the system's queue, and the one that has been silent
 * longest is ended for them. TLS 1.2 and 1.3, HTTP/1.1.
 */
public final class HttpsListener implements AutoCloseable {
    /** An API server runs at most 600 requests at once by default. */
    static final int MAX_CONNECTIONS = 1024;

    /** From here on connections are not kept for a next request. */
    private static final int CROWDED = MAX_CONNECTIONS * 3 / 4;

    /** A connection that has been silent for less is not ended for another. */
    private static final int MIN_SILENT_SECONDS = 5;

    /** For requests that run when the server closes. */
    private static final int CLOSE_SECONDS = 5;

    private static final Logger LOG = LoggerFactory.getLogger(HttpsListener.class);

    private final SSLContext tls;
    private final boolean wantClientCertificate;
    private final HttpHandler handler;
    private final ServerSocket socket;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService ticker;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final Semaphore slots = new Semaphore(MAX_CONNECTIONS);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile long second;

    /**
     * Binds; {@link #start} begins to accept.
     *
     * @param wantClientCertificate asks for one; any is taken, and none too
     */
    public HttpsListener(
            InetSocketAddress bind,
            SSLContext tls,
            boolean wantClientCertificate,
            HttpHandler handler)
            throws IOException {
        this.tls = tls;
        this.wantClientCertificate = wantClientCertificate;
        this.handler = handler;
        this.socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(bind, MAX_CONNECTIONS);
        this.ticker =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("webhook-seconds").factory());
    }

    public void start() {
        var _ = ticker.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
        accepting();
    }

    /** Starts to accept; whoever calls this calls {@link #tick} each second. */
    void accepting() {
        Thread.ofPlatform().daemon().name("webhook-accept").start(this::accept);
    }

    /** Connections now. */
    int open() {
        return connections.size();
    }

    public int port() {
        return socket.getLocalPort();
    }

    HttpHandler handler() {
        return handler;
    }

    /** Seconds since the start, near enough for time limits. */
    long second() {
        return second;
    }

    boolean closing() {
        return closed.getCount() == 0;
    }

    boolean crowded() {
        return closing() || connections.size() > CROWDED;
    }

    SSLSocket secure(Socket raw) throws IOException {
        SSLSocket secured =
                (SSLSocket) tls.getSocketFactory().createSocket(raw, null, /* autoClose= */ true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        parameters.setWantClientAuth(wantClientCertificate);
        secured.setSSLParameters(parameters);
        return secured;
    }

    void ended(Connection connection) {
        connections.remove(connection);
        slots.release();
    }

    private void accept() {
        while (!closing()) {
            try {
                if (!slots.tryAcquire(1, TimeUnit.SECONDS)) {
                    continue;
                }
                Socket raw = accepted();
                if (raw == null) {
                    slots.release();
                    continue;
                }
                Connection connection = new Connection(raw, this);
                connections.add(connection);
                try {
                    threads.execute(connection);
                } catch (RejectedExecutionException _) {
                    connection.abort();
                    return;
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Null where there is none to have, after a moment. */
    private @Nullable Socket accepted() throws InterruptedException {
        try {
            return socket.accept();
        } catch (IOException e) {
            if (!closed.await(200, TimeUnit.MILLISECONDS)) {
                LOG.warn("connection not accepted: {}", e.getMessage());
            }
            return null;
        }
    }

    /** A second is over. */
    void tick() {
        long now = second + 1;
        second = now;
        connections.stream().filter(c -> c.overdue(now)).forEach(Connection::abort);
        if (slots.availablePermits() == 0) {
            connections.stream()
                    .filter(c -> c.silentSeconds(now) >= MIN_SILENT_SECONDS)
                    .sorted(Comparator.comparingLong(c -> -c.silentSeconds(now)))
                    .limit(MAX_CONNECTIONS / 8)
                    .forEach(Connection::abort);
        }
    }

    /** Accepts no more, lets running requests end within {@value #CLOSE_SECONDS} s. */
    @Override
    public void close() {
        closed.countDown();
        try {
            socket.close();
        } catch (IOException e) {
            LOG.warn("port not closed: {}", e.getMessage());
        }
        connections.stream().filter(Connection::idle).forEach(Connection::abort);
        threads.shutdown();
        try {
            if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                connections.forEach(Connection::abort);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            connections.forEach(Connection::abort);
        }
        ticker.shutdownNow();
    }
}
