package io.peakmesh.xds.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.grpc.xds.XdsNameResolverProvider;
import io.peakmesh.xds.translator.XdsType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** gRPC's own xDS client, without any sidecar. */
class ProxylessTest {
    private static final MethodDescriptor<String, String> ECHO =
            MethodDescriptor.<String, String>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName("test.Echo/Say")
                    .setRequestMarshaller(new Text())
                    .setResponseMarshaller(new Text())
                    .build();

    @TempDir Path folder;

    private final InstantSource clock = InstantSource.system();
    private final Meshes meshes = new Meshes().workload("ns/client", "u1", 15001);
    private Server blue;
    private Server green;
    private XdsServer server;
    private Path root;

    private static final class Text implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @BeforeEach
    void start() throws IOException, CertificateEncodingException {
        blue = app("blue");
        green = app("green");
        X509ExtendedKeyManager keys = new Pki(folder).issue("xds");
        root = folder.resolve("root.pem");
        Files.writeString(
                root,
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'})
                                .encodeToString(Pki.certificate(keys).getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        server =
                XdsServer.builder(
                                XdsServerConfig.at(
                                                new InetSocketAddress(
                                                        InetAddress.getLoopbackAddress(), 0))
                                        .withDrain(Duration.ofMillis(20)),
                                new SmallTranslator(),
                                new Tokens(),
                                new TestSecrets(clock),
                                clock,
                                new Random(1))
                        .tls(keys)
                        .build();
        server.start();
        server.publish(meshes.service("ns/shop", 80).endpoints("ns/shop", blue.getPort()).next());
    }

    @AfterEach
    void stop() {
        server.close();
        blue.shutdownNow();
        green.shutdownNow();
    }

    private static Server app(String name) throws IOException {
        return NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(
                        ServerServiceDefinition.builder("test.Echo")
                                .addMethod(
                                        ECHO,
                                        ServerCalls.asyncUnaryCall((request, out) -> {
                                            out.onNext(name + " " + request);
                                            out.onCompleted();
                                        }))
                                .build())
                .build()
                .start();
    }

    /** A channel to {@code xds:///shop.ns} as the workload of this token and node. */
    private ManagedChannel channel(String node, String token) {
        String scheme = "xds" + Integer.toHexString((node + token).hashCode());
        var provider =
                XdsNameResolverProvider.createForTest(
                        scheme,
                        Map.of(
                                "xds_servers",
                                List.of(
                                        Map.of(
                                                "server_uri",
                                                "localhost:" + server.port(),
                                                "channel_creds",
                                                List.of(
                                                        Map.of(
                                                                "type",
                                                                "peakmesh_token",
                                                                "config",
                                                                Map.of(
                                                                        "root_file",
                                                                        root.toString(),
                                                                        "token",
                                                                        token))),
                                                "server_features",
                                                List.of("xds_v3"))),
                                "node",
                                Map.of("id", node)));
        io.grpc.NameResolverRegistry.getDefaultRegistry().register(provider);
        return NettyChannelBuilder.forTarget(scheme + ":///shop.ns").usePlaintext().build();
    }

    private static String say(ManagedChannel channel) {
        return ClientCalls.blockingUnaryCall(
                channel,
                ECHO,
                CallOptions.DEFAULT.withWaitForReady().withDeadlineAfter(Duration.ofSeconds(20)),
                "hello");
    }

    @Test
    void resolvesAndCallsAServiceAndFollowsItsEndpoints() {
        ManagedChannel channel = channel("ns/client", Tokens.of("ns/client", "u1"));
        try {
            assertThat(say(channel)).isEqualTo("blue hello");

            server.publish(meshes.endpoints("ns/shop", green.getPort()).next());

            await().untilAsserted(() -> assertThat(say(channel)).isEqualTo("green hello"));
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void refusesANodeThatIsNotTheTokensOwn() {
        ManagedChannel channel = channel("ns/other", Tokens.of("ns/client", "u1"));
        try {
            org.assertj.core.api.Assertions.assertThatThrownBy(() ->
                            ClientCalls.blockingUnaryCall(
                                    channel,
                                    ECHO,
                                    CallOptions.DEFAULT.withDeadlineAfter(Duration.ofSeconds(10)),
                                    "hello"))
                    .isInstanceOf(StatusRuntimeException.class);
            assertThat(server.status().counters().refused()).isPositive();
        } finally {
            channel.shutdownNow();
        }
    }

    /** One open call of the method that gRPC's clients use, and how it ended. */
    private Status.Code end(String token, Runnable meanwhile) throws IOException {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("localhost", server.port())
                        .sslContext(GrpcSslContexts.forClient().trustManager(root.toFile()).build())
                        .build();
        Metadata headers = new Metadata();
        headers.put(
                Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                "Bearer " + token);
        AtomicReference<Status.@Nullable Code> end = new AtomicReference<>(null);
        AtomicInteger answers = new AtomicInteger();
        StreamObserver<DiscoveryRequest> out =
                AggregatedDiscoveryServiceGrpc.newStub(channel)
                        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                        .streamAggregatedResources(
                                new StreamObserver<>() {
                                    @Override
                                    public void onNext(DiscoveryResponse response) {
                                        answers.incrementAndGet();
                                    }

                                    @Override
                                    public void onError(Throwable t) {
                                        end.set(Status.fromThrowable(t).getCode());
                                    }

                                    @Override
                                    public void onCompleted() {
                                        end.set(Status.Code.OK);
                                    }
                                });
        try {
            out.onNext(
                    DiscoveryRequest.newBuilder()
                            .setNode(Node.newBuilder().setId("ns/client"))
                            .setTypeUrl(XdsType.LISTENER.url())
                            .addResourceNames("shop.ns")
                            .build());
            await().until(() -> answers.get() > 0 || end.get() != null);
            meanwhile.run();
            await().until(() -> end.get() != null);
            return Objects.requireNonNull(end.get());
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void cutsTheStreamOfADeletedWorkload() throws IOException {
        assertThat(
                        end(
                                Tokens.of("ns/client", "u1"),
                                () -> server.publish(meshes.withoutWorkload("ns/client").next())))
                .isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void tellsAClientToComeAgainWhereNobodyCanJudgeItsToken() throws IOException {
        assertThat(end("unsure", () -> {})).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(end("expired", () -> {})).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(server.status().counters().refused()).isEqualTo(2);
    }
}
