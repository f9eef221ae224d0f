package io.peakmesh.e2e.kubernetes;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A pod's proxy as the control plane sees it: one delta stream with the pod's token, which asks for
 * its own configuration and the clusters and endpoints of the services it uses, and acknowledges
 * all.
 */
final class ScaleProxy implements Closeable, StreamObserver<DeltaDiscoveryResponse> {
    private static final String TYPES = "type.googleapis.com/envoy.";
    private static final String CLUSTER = TYPES + "config.cluster.v3.Cluster";
    private static final String ENDPOINTS = TYPES + "config.endpoint.v3.ClusterLoadAssignment";
    private static final String LISTENER = TYPES + "config.listener.v3.Listener";
    private static final String ROUTES = TYPES + "config.route.v3.RouteConfiguration";
    private static final String SECRET = TYPES + "extensions.transport_sockets.tls.v3.Secret";

    private final int number;
    private final AtomicReference<@Nullable Flip> flip;
    private final Set<String> lacking = ConcurrentHashMap.newKeySet();
    private final ManagedChannel channel;
    private final StreamObserver<DeltaDiscoveryRequest> requests;
    private volatile @Nullable Throwable end;

    /**
     * Opens it.
     *
     * @param node as in {@code namespace/pod}
     * @param uses the names of clusters
     * @param flip the change that is waited for, told of all endpoints that come
     */
    ScaleProxy(
            int number,
            InetSocketAddress at,
            Path roots,
            String node,
            String token,
            List<String> uses,
            AtomicReference<@Nullable Flip> flip)
            throws IOException {
        this.number = number;
        this.flip = flip;
        lacking.addAll(uses);
        this.channel =
                NettyChannelBuilder.forAddress(at)
                        .sslContext(
                                GrpcSslContexts.forClient().trustManager(roots.toFile()).build())
                        .overrideAuthority("xds.cluster.local")
                        .directExecutor()
                        .build();
        Metadata headers = new Metadata();
        headers.put(
                Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                "Bearer " + token);
        this.requests =
                AggregatedDiscoveryServiceGrpc.newStub(channel)
                        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                        .deltaAggregatedResources(this);
        send(
                DeltaDiscoveryRequest.newBuilder()
                        .setNode(Node.newBuilder().setId(node))
                        .setTypeUrl(CLUSTER)
                        .addResourceNamesSubscribe("*")
                        .addAllResourceNamesSubscribe(uses));
        ask(ENDPOINTS, uses);
        ask(LISTENER, List.of("*"));
        ask(ROUTES, List.of("outbound"));
        ask(SECRET, List.of("id", "roots"));
    }

    private void ask(String type, List<String> names) {
        send(
                DeltaDiscoveryRequest.newBuilder()
                        .setTypeUrl(type)
                        .addAllResourceNamesSubscribe(names));
    }

    private void send(DeltaDiscoveryRequest.Builder request) {
        synchronized (requests) {
            requests.onNext(request.build());
        }
    }

    /**
     * Whether the endpoints of all its services came; throws IllegalStateException if its stream
     * ended.
     */
    boolean configured() {
        if (end != null) {
            throw new IllegalStateException("proxy " + number + " was turned away", end);
        }
        return lacking.isEmpty();
    }

    @Override
    public void onNext(DeltaDiscoveryResponse response) {
        long now = System.nanoTime();
        if (response.getTypeUrl().equals(ENDPOINTS)) {
            for (Resource resource : response.getResourcesList()) {
                endpoints(resource, now);
            }
        }
        send(
                DeltaDiscoveryRequest.newBuilder()
                        .setTypeUrl(response.getTypeUrl())
                        .setResponseNonce(response.getNonce()));
    }

    private void endpoints(Resource resource, long now) {
        lacking.remove(resource.getName());
        Flip awaited = flip.get();
        if (awaited == null) {
            return;
        }
        try {
            awaited.endpointsCame(
                    number, resource.getResource().unpack(ClusterLoadAssignment.class), now);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("no endpoints: " + resource.getName(), e);
        }
    }

    @Override
    public void onError(Throwable failure) {
        end = failure;
    }

    @Override
    public void onCompleted() {
        end = new IllegalStateException("the stream was closed");
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
