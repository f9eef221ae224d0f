package io.peakmesh.xds.server;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.Settings;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.xds.server.delta.Effect;
import io.peakmesh.xds.server.delta.Proxies;
import io.peakmesh.xds.server.grpc.Admittance;
import io.peakmesh.xds.server.grpc.ControlLoop;
import io.peakmesh.xds.server.grpc.DeltaCalls;
import io.peakmesh.xds.server.grpc.Refusals;
import io.peakmesh.xds.server.grpc.Threads;
import io.peakmesh.xds.server.peer.Peer;
import io.peakmesh.xds.server.peer.PeerAuthenticator;
import io.peakmesh.xds.server.peer.SecretSource;
import io.peakmesh.xds.server.snapshot.ResourceGraph;
import io.peakmesh.xds.server.sotw.GrpcClients;
import io.peakmesh.xds.translator.Translator;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import javax.net.ssl.X509ExtendedKeyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The xDS server of one control plane: delta ADS for Envoy, state-of-the-world ADS for gRPC's own
 * clients. All methods may be called from any thread.
 *
 * <p>It takes streams from {@link #start} on, but admits none before the first {@link #publish}: an
 * empty mesh must not empty a proxy.
 */
public final class XdsServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(XdsServer.class);
    private static final int EDGE_QUEUE = 20_000;
    private static final int PUSH_QUEUE = 1_000_000;
    private static final int METADATA_BYTES = 32 << 10;

    /**
     * HTTP/2's own initial window (RFC 9113, 6.9.2), and not less: Envoy sends its first request,
     * some 60 KB, before it has read our SETTINGS. Where those lower the window and all of it was
     * consumed by the time of their ACK, Netty owes the stream a window below zero, without an
     * update to come, and Envoy can never speak on it again.
     */
    private static final int FLOW_CONTROL_BYTES = 65_535;

    private final XdsServerConfig config;
    private final RandomGenerator random;
    private final ControlLoop loop;
    private final DeltaCalls delta;
    private final Refusals refusals;
    private final ThreadPoolExecutor push;
    private final ThreadPoolExecutor edge;
    private final AutoCloseable secretChanges;
    private final Server server;

    /** What a server is made of. */
    public static final class Builder {
        private final XdsServerConfig config;
        private final Translator translator;
        private final PeerAuthenticator authenticator;
        private final SecretSource secrets;
        private final InstantSource clock;
        private final RandomGenerator random;
        private Optional<X509ExtendedKeyManager> keys = Optional.empty();
        private DeltaCalls.Rejections rejections = (peer, rejected) -> {};

        Builder(
                XdsServerConfig config,
                Translator translator,
                PeerAuthenticator authenticator,
                SecretSource secrets,
                InstantSource clock,
                RandomGenerator random) {
            this.config = config;
            this.translator = translator;
            this.authenticator = authenticator;
            this.secrets = secrets;
            this.clock = clock;
            this.random = random;
        }

        /**
         * Serves TLS 1.3 with the certificate that this manager names at each handshake, so that a
         * renewed one needs no restart.
         */
        public Builder tls(X509ExtendedKeyManager keys) {
            this.keys = Optional.of(keys);
            return this;
        }

        /** Is told of every NACK; called on the server's loop, must not block. */
        public Builder onRejected(DeltaCalls.Rejections rejections) {
            this.rejections = rejections;
            return this;
        }

        /**
         * Throws IllegalStateException if neither TLS was set nor the address is a loopback one.
         */
        public XdsServer build() {
            return new XdsServer(this);
        }
    }

    public static Builder builder(
            XdsServerConfig config,
            Translator translator,
            PeerAuthenticator authenticator,
            SecretSource secrets,
            InstantSource clock,
            RandomGenerator random) {
        return new Builder(config, translator, authenticator, secrets, clock, random);
    }

    private XdsServer(Builder builder) {
        this.config = builder.config;
        this.random = builder.random;
        this.refusals = new Refusals(builder.clock);
        ResourceGraph graph =
                new ResourceGraph(
                        builder.translator, Mesh.empty(Settings.byDefault()), new FailureLog());
        this.loop = new ControlLoop(graph, new Proxies(graph, config.limits()), builder.clock);
        this.push = Threads.pool("xds-push", config.pushThreads(), PUSH_QUEUE);
        this.edge = Threads.pool("xds-edge", config.pushThreads(), EDGE_QUEUE);
        Admittance admittance = new Admittance(builder.authenticator, refusals, edge);
        DeltaCalls.Rejections rejections = builder.rejections;
        this.delta =
                new DeltaCalls(
                        loop,
                        admittance,
                        builder.secrets,
                        push,
                        edge,
                        (peer, rejected) -> {
                            log(peer, rejected);
                            rejections.rejected(peer, rejected);
                        });
        GrpcClients grpcClients =
                new GrpcClients(
                        loop, admittance, push, config.limits().streams(), config.limits().names());
        loop.onTick(refusals::summarise);
        this.server = server(builder, grpcClients);
        this.secretChanges = builder.secrets.subscribe(loop::secretsChanged);
    }

    private Server server(Builder builder, GrpcClients grpcClients) {
        NettyServerBuilder netty =
                NettyServerBuilder.forAddress(config.bind())
                        .directExecutor()
                        .maxInboundMessageSize(config.maxRequestBytes())
                        .maxInboundMetadataSize(METADATA_BYTES)
                        .flowControlWindow(FLOW_CONTROL_BYTES)
                        .maxConcurrentCallsPerConnection(8)
                        .maxConnectionAge(config.maxConnectionAge().toNanos(), TimeUnit.NANOSECONDS)
                        .maxConnectionAgeGrace(
                                config.maxConnectionAgeGrace().toNanos(), TimeUnit.NANOSECONDS)
                        .keepAliveTime(config.keepAliveTime().toNanos(), TimeUnit.NANOSECONDS)
                        .keepAliveTimeout(config.keepAliveTimeout().toNanos(), TimeUnit.NANOSECONDS)
                        .permitKeepAliveTime(5, TimeUnit.SECONDS)
                        .permitKeepAliveWithoutCalls(true)
                        .handshakeTimeout(30, TimeUnit.SECONDS);
        if (builder.keys.isPresent()) {
            netty.sslContext(tls(builder.keys.get()));
        } else if (config.bind().getAddress() == null
                || !config.bind().getAddress().isLoopbackAddress()) {
            throw new IllegalStateException("without TLS only a loopback address may be bound");
        }
        ServerServiceDefinition service =
                ServerServiceDefinition.builder(
                                "envoy.service.discovery.v3.AggregatedDiscoveryService")
                        .addMethod(DeltaCalls.METHOD, delta)
                        .addMethod(grpcClients.method())
                        .build();
        return netty.addService(service).build();
    }

    private static SslContext tls(X509ExtendedKeyManager keys) {
        try {
            return GrpcSslContexts.configure(SslContextBuilder.forServer(keys))
                    .protocols("TLSv1.3")
                    .build();
        } catch (IOException e) {
            throw new IllegalStateException("TLS cannot be set up", e);
        }
    }

    private static void log(Peer peer, Effect.Rejected rejected) {
        LOG.warn(
                "xds NACK: workload={} type={} resources={} text=\"{}\"",
                peer.workload(),
                rejected.type(),
                rejected.versions(),
                rejected.text().replace('\n', ' '));
    }

    /** Begins to listen; throws IOException if the address cannot be bound. */
    public void start() throws IOException {
        loop.start();
        server.start();
        LOG.info("xds listening: port={}", server.getPort());
    }

    /** The port that is listened on. */
    public int port() {
        return server.getPort();
    }

    /** Brings the next mesh to the proxies that it concerns; of several at once the last counts. */
    public void publish(Mesh mesh) {
        loop.publish(mesh);
    }

    /** What every proxy has and what the server did so far. */
    public ServerStatus status() {
        return loop.ask(() ->
                new ServerStatus(
                        loop.proxies().view(),
                        loop.proxies().quarantine(),
                        new ServerStatus.Counters(
                                loop.proxies().size(),
                                refusals.total(),
                                delta.responses(),
                                delta.resources(),
                                delta.bytes(),
                                loop.proxies().acks(),
                                loop.proxies().nacks(),
                                loop.graph().size(),
                                loop.graph().translations(),
                                loop.graph().failedTranslations())));
    }

    /**
     * How far the newest mesh has come in the data plane, as to these subjects; those that no proxy
     * has to do with are in the answer with no proxies. The server's loop is asked piece by piece,
     * so that it never stops for long; of several meshes published meanwhile the answer names the
     * first. Throws IllegalStateException if the loop does not answer in ten seconds.
     */
    public Programming programming(Set<ServiceName> services, Set<WorkloadName> workloads) {
        return new Progresses(loop).of(services, workloads);
    }

    /**
     * Moves whenever {@link #programming} may have changed; costs nothing to ask. Look at it before
     * asking for the programming, so that no change is missed.
     */
    public long changes() {
        return loop.proxies().changes();
    }

    /**
     * Takes no more streams and ends all, spread over the drain time; what is asked about the mesh
     * is answered until {@link #close}.
     */
    public void drain() {
        if (server.isShutdown()) {
            return;
        }
        server.shutdown();
        Drain.streams(loop, config.drain(), random);
        try {
            if (!server.awaitTermination(
                    config.drain().toMillis() + 1_000, TimeUnit.MILLISECONDS)) {
                server.shutdownNow();
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    /** {@link #drain Drains}, then stops. */
    @Override
    public void close() {
        drain();
        try {
            secretChanges.close();
        } catch (Exception e) {
            LOG.warn("the secret source did not let go", e);
        }
        loop.close();
        push.shutdownNow();
        edge.shutdownNow();
    }
}
