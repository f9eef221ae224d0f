package io.peakmesh.benchmarks.fanout;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All sidecars of a run: a connection with TLS 1.3 and a stream each, and one event loop for all of
 * them, so that the client leaves the machine to the server.
 */
final class Fleet implements AutoCloseable {
    /** What one sidecar is; its node's id and cluster, and the bearer token that it sends. */
    record Role(Uses uses, String nodeId, String nodeCluster, String token) {}

    /**
     * Who to connect to.
     *
     * @param serverName the DNS SAN that the server's certificate must have
     * @param roots PEM file of what it must chain to
     */
    record Target(int port, String serverName, Path roots) {}

    private static final int CHANGE_SECONDS = 60;
    private static final int RETRY_MILLIS = 500;
    private static final int RETRY_MOST_MILLIS = 30_000;

    private final MultiThreadIoEventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final List<Sidecar> sidecars = new ArrayList<>();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder messages = new LongAdder();
    private final Map<String, Long> reopened = new ConcurrentHashMap<>();
    private final LongSupplier nanos;
    private final RandomGenerator random;
    private final Nodes nodes;
    private final @Nullable Recording recording;
    private final boolean[] configured;
    private final CountDownLatch unconfigured;
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
    private volatile @Nullable Arrivals arrivals;
    private volatile boolean closing;

    Fleet(
            int streams,
            Target target,
            IntFunction<Role> roles,
            LongSupplier nanos,
            RandomGenerator random,
            @Nullable Recording recording)
            throws IOException {
        this.nanos = nanos;
        this.random = random;
        this.nodes = new Nodes();
        this.recording = recording;
        this.configured = new boolean[streams];
        this.unconfigured = new CountDownLatch(streams);
        SslContext tls =
                GrpcSslContexts.forClient()
                        .trustManager(target.roots().toFile())
                        .protocols("TLSv1.3")
                        .build();
        for (int i = 0; i < streams; i++) {
            sidecars.add(new Sidecar(i, this, channel(target, tls), roles.apply(i)));
        }
    }

    private ManagedChannel channel(Target target, SslContext tls) {
        return NettyChannelBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), target.port()))
                .overrideAuthority(target.serverName())
                .sslContext(tls)
                .eventLoopGroup(loop)
                .channelType(NioSocketChannel.class)
                .directExecutor()
                .offloadExecutor(Runnable::run)
                .disableRetry()
                .maxInboundMessageSize(64 << 20)
                .build();
    }

    /**
     * Opens all streams at once and waits until each has its whole configuration.
     *
     * @return nanoseconds that took
     */
    long connect(int seconds) throws InterruptedException {
        long start = nanos.getAsLong();
        for (Sidecar sidecar : sidecars) {
            sidecar.open();
        }
        for (int waited = 0; !unconfigured.await(1, TimeUnit.SECONDS); waited++) {
            rethrow();
            if (waited >= seconds) {
                throw new IllegalStateException(
                        unconfigured.getCount()
                                + " of "
                                + sidecars.size()
                                + " streams were not configured within "
                                + seconds
                                + " s");
            }
        }
        return nanos.getAsLong() - start;
    }

    /** Makes the fleet note when the streams in {@code recipients} get a change of a service. */
    Arrivals expect(int service, List<Integer> recipients) {
        Arrivals next = new Arrivals(service, recipients, sidecars.size());
        arrivals = next;
        return next;
    }

    void await(Arrivals change) throws InterruptedException {
        if (!change.await(CHANGE_SECONDS)) {
            rethrow();
            throw new IllegalStateException(
                    change.missing()
                            + " streams did not get a change within "
                            + CHANGE_SECONDS
                            + " s");
        }
        rethrow();
    }

    /** Payload bytes of all responses so far: gRPC messages without their framing and TLS. */
    long bytes() {
        return bytes.sum();
    }

    /** Responses so far. */
    long messages() {
        return messages.sum();
    }

    /** How often a stream was opened again because it had ended, by what the server said. */
    Map<String, Long> reopened() {
        return Map.copyOf(reopened);
    }

    /**
     * Places of {@link Uses#clusters} whose versions differ between streams that hold them: 0 when
     * all have converged.
     */
    long diverged() {
        Map<String, Long> agreed = new HashMap<>();
        long differ = 0;
        for (Sidecar sidecar : sidecars) {
            for (int place = 0; place < sidecar.uses().clusters().size(); place++) {
                String cluster = sidecar.uses().clusters().get(place);
                Long other = agreed.putIfAbsent(cluster, sidecar.version(place));
                if (other != null && other != sidecar.version(place)) {
                    differ++;
                }
            }
        }
        return differ;
    }

    @Nullable Recording recording() {
        return recording;
    }

    /** The role's Node, serialised; made anew each time, since it is large and used once. */
    byte[] node(Role role) {
        return nodes.node(role.nodeId(), role.nodeCluster());
    }

    void received(DeltaResponse response) {
        bytes.add(response.bytes());
        messages.increment();
    }

    long now() {
        return nanos.getAsLong();
    }

    void changed(int stream, int service, long now) {
        Arrivals current = arrivals;
        if (current != null && current.service() == service) {
            current.arrived(stream, now);
        }
    }

    void configured(int stream) {
        if (!configured[stream]) {
            configured[stream] = true;
            unconfigured.countDown();
        }
    }

    void failed(RuntimeException why) {
        failure.compareAndSet(null, why);
    }

    /** Opens the stream again after a while, as Envoy does; gives up where that cannot help. */
    void closed(Sidecar sidecar, Status status, int attempts) {
        if (closing) {
            return;
        }
        switch (status.getCode()) {
            case UNAUTHENTICATED, PERMISSION_DENIED, UNIMPLEMENTED, INVALID_ARGUMENT, INTERNAL ->
                    failed(new IllegalStateException("a stream was refused: " + status));
            default -> {
                reopened.merge(status.getCode() + " " + status.getDescription(), 1L, Long::sum);
                int most = Math.min(RETRY_MOST_MILLIS, RETRY_MILLIS << Math.min(attempts, 10));
                var _ =
                        loop.schedule(
                                sidecar::open, random.nextInt(1, most), TimeUnit.MILLISECONDS);
            }
        }
    }

    private void rethrow() {
        RuntimeException why = failure.get();
        if (why != null) {
            throw new IllegalStateException("the run failed: " + why.getMessage(), why);
        }
    }

    @Override
    public void close() {
        closing = true;
        for (Sidecar sidecar : sidecars) {
            sidecar.channel().shutdownNow();
        }
        var _ = loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(10_000);
    }
}
