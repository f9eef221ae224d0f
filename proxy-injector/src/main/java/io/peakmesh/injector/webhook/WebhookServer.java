package io.peakmesh.injector.webhook;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTPS server that the Kubernetes API server calls. Webhooks need no client certificate, as
 * the API server has none for them by default; the aggregated APIs do. {@code GET /healthz} answers
 * anybody. Requests that would take too much memory at once wait, then get 429.
 *
 * <p>The JDK's HTTPS server, with what {@link HttpServerLimits} sets. Its limits: at most {@value
 * HttpServerLimits#MAX_CONNECTIONS} connections, further ones are closed at once, also where a
 * hostile caller holds all; 100 s for an exchange; no trailers after chunks, and no HEAD; a caller
 * that speaks no HTTP gets the JDK's own answer or none. Its reverse look-up of a new caller's name
 * (the JDK makes it before the handshake) delays only that caller.
 */
public final class WebhookServer implements AutoCloseable {
    /** Of admission bodies read at once; as maps they take about ten times that. */
    private static final int ADMISSION_KIB = 8 * 1024;

    private static final int SMALL_CONVERSIONS = 16;
    private static final int CONVERSIONS = 4;

    /** As many as there can be connections, nearly. */
    private static final int MAX_WAITING = HttpServerLimits.MAX_CONNECTIONS - 24;

    /** 24 MiB for outcomes of conversion not yet sent, compressed. */
    private static final int SPOOL_CHUNKS = 24 * 1024 * 1024 / Spool.CHUNK_BYTES;

    private static final int MAX_TLS_SESSIONS = 1024;

    private static final Logger LOG = LoggerFactory.getLogger(WebhookServer.class);

    private final Listener listener;
    private final ScheduledExecutorService clock;

    private WebhookServer(Listener listener, ScheduledExecutorService clock) {
        this.listener = listener;
        this.clock = clock;
    }

    /**
     * Collects what is served.
     *
     * @param bind port 0 for any free one
     * @param keys asked at each handshake, so that a renewed certificate is served from then on
     */
    public static Builder builder(InetSocketAddress bind, X509ExtendedKeyManager keys) {
        return new Builder(bind, keys);
    }

    public int port() {
        return listener.port();
    }

    /**
     * To be called some seconds before {@link #close}: from now on each answer is its connection's
     * last. A caller then makes a new connection, which goes elsewhere where it can; a request on a
     * kept one that is closed at its arrival would fail, since a POST is not sent again.
     */
    public void leave() {
        listener.leave();
    }

    /** Accepts no more; requests that run may end within 5 s. */
    @Override
    public void close() {
        if (clock.isShutdown()) {
            return;
        }
        listener.close();
        clock.shutdownNow();
        LOG.info("webhooks closed");
    }

    /** What is served, by path. */
    public static final class Builder {
        private final InetSocketAddress bind;
        private final X509ExtendedKeyManager keys;
        private final SortedMap<String, Handler> webhooks = new TreeMap<>();
        private final List<ApiEndpoint.Entry> apis = new ArrayList<>();
        private final Intake admissions =
                new Intake(
                        new Gate(ADMISSION_KIB, MAX_WAITING), new Gate(ADMISSION_KIB, MAX_WAITING));
        private final Intake conversions =
                new Intake(
                        new Gate(SMALL_CONVERSIONS, MAX_WAITING),
                        new Gate(CONVERSIONS, MAX_WAITING));
        private final Semaphore chunkBudget = new Semaphore(SPOOL_CHUNKS);

        private Builder(InetSocketAddress bind, X509ExtendedKeyManager keys) {
            this.bind = bind;
            this.keys = keys;
        }

        /** A ValidatingWebhook; an answer with a patch is a bug, and denied. */
        public Builder validate(String path, Admission admission) {
            return add(path, new AdmissionEndpoint(admission, false, admissions)::answer);
        }

        /** A MutatingWebhook. */
        public Builder mutate(String path, Admission admission) {
            return add(path, new AdmissionEndpoint(admission, true, admissions)::answer);
        }

        /** A conversion webhook of a CustomResourceDefinition. */
        public Builder convert(String path, Conversion conversion) {
            return add(path, new ConversionEndpoint(conversion, conversions, chunkBudget)::answer);
        }

        /** An aggregated API; of the versions of one group the first added is preferred. */
        public Builder api(AggregatedApi api, FrontProxy frontProxy) {
            apis.add(new ApiEndpoint.Entry(api, frontProxy));
            return this;
        }

        private Builder add(String path, Handler handler) {
            if (!path.startsWith("/")
                    || path.equals("/apis")
                    || path.startsWith("/apis/")
                    || path.equals("/healthz")
                    || webhooks.putIfAbsent(path, handler) != null) {
                throw new IllegalArgumentException("no path for a webhook, or taken: " + path);
            }
            return this;
        }

        /**
         * Binds and serves.
         *
         * @throws IOException when the port cannot be had
         */
        public WebhookServer start() throws IOException {
            return start(TimeUnit.SECONDS.toMillis(Exchanges.MAX_SECONDS));
        }

        WebhookServer start(long maxExchangeMillis) throws IOException {
            HttpServerLimits.apply();
            RefusalLog refusals = new RefusalLog();
            ScheduledThreadPoolExecutor clock =
                    new ScheduledThreadPoolExecutor(
                            1, Thread.ofPlatform().daemon().name("webhook-clock").factory());
            clock.setRemoveOnCancelPolicy(true);
            Listener listener;
            try {
                listener =
                        new Listener(
                                bind,
                                tls(),
                                !apis.isEmpty(),
                                new Router(webhooks, new ApiEndpoint(apis), refusals),
                                clock,
                                maxExchangeMillis);
            } catch (IOException e) {
                clock.shutdownNow();
                throw e;
            }
            var _ = clock.scheduleAtFixedRate(refusals::minute, 1, 1, TimeUnit.MINUTES);
            LOG.info(
                    "webhooks served: address={} port={} paths={} apis={}",
                    bind.getAddress(),
                    listener.port(),
                    webhooks.keySet(),
                    apis.stream().map(ApiEndpoint.Entry::groupVersion).toList());
            return new WebhookServer(listener, clock);
        }

        private SSLContext tls() {
            try {
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(new KeyManager[] {keys}, new TrustManager[] {new AnyClient()}, null);
                context.getServerSessionContext().setSessionCacheSize(MAX_TLS_SESSIONS);
                return context;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this JVM has no TLS", e);
            }
        }
    }
}
