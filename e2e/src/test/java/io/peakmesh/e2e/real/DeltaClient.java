package io.peakmesh.e2e.real;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.Attributes;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A delta ADS stream opened by hand, with whatever token and node an attacker likes; acknowledges
 * all.
 */
public final class DeltaClient implements Closeable, StreamObserver<DeltaDiscoveryResponse> {
    public static final String LISTENER = "type.googleapis.com/envoy.config.listener.v3.Listener";
    public static final String SECRET =
            "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

    private final ManagedChannel channel;
    private final StreamObserver<DeltaDiscoveryRequest> requests;
    private final List<DeltaDiscoveryResponse> responses = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();

    /** {@code authorization} is the whole header; null sends none. */
    public DeltaClient(InetSocketAddress at, Path roots, @Nullable String authorization)
            throws IOException {
        this(at, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), roots, authorization);
    }

    /** The same, from a local address that tells it from other clients; port 0 is any. */
    public DeltaClient(
            InetSocketAddress at,
            InetSocketAddress from,
            Path roots,
            @Nullable String authorization)
            throws IOException {
        this.channel =
                NettyChannelBuilder.forAddress(at)
                        .localSocketPicker(new From(from))
                        .sslContext(
                                GrpcSslContexts.forClient().trustManager(roots.toFile()).build())
                        .overrideAuthority("xds.cluster.local")
                        .build();
        Metadata headers = new Metadata();
        if (authorization != null) {
            headers.put(
                    Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                    authorization);
        }
        this.requests =
                AggregatedDiscoveryServiceGrpc.newStub(channel)
                        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                        .deltaAggregatedResources(this);
    }

    public void ask(String node, String type, String... names) {
        requests.onNext(
                DeltaDiscoveryRequest.newBuilder()
                        .setNode(Node.newBuilder().setId(node))
                        .setTypeUrl(type)
                        .addAllResourceNamesSubscribe(List.of(names))
                        .build());
    }

    public List<DeltaDiscoveryResponse> responses() {
        return List.copyOf(responses);
    }

    /** The names of all resources that came. */
    public List<String> resources() {
        return responses.stream()
                .flatMap(response -> response.getResourcesList().stream())
                .map(Resource::getName)
                .toList();
    }

    /** All names to which the answer was that there is no such thing. */
    public List<String> removed() {
        return responses.stream()
                .flatMap(response -> response.getRemovedResourcesList().stream())
                .toList();
    }

    /** How the server ended the stream. */
    public CompletableFuture<Status> ended() {
        return end;
    }

    @Override
    public void onNext(DeltaDiscoveryResponse response) {
        responses.add(response);
        requests.onNext(
                DeltaDiscoveryRequest.newBuilder()
                        .setTypeUrl(response.getTypeUrl())
                        .setResponseNonce(response.getNonce())
                        .build());
    }

    @Override
    public void onError(Throwable failure) {
        end.complete(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
        end.complete(Status.OK);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private static final class From extends NettyChannelBuilder.LocalSocketPicker {
        private final InetSocketAddress from;

        From(InetSocketAddress from) {
            this.from = from;
        }

        @Override
        public SocketAddress createSocketAddress(SocketAddress remote, Attributes attributes) {
            return from;
        }
    }
}
