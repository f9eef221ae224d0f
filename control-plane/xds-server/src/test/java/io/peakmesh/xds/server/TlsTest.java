package io.peakmesh.xds.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.xds.translator.XdsType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets what over TLS with tokens, with gRPC's stock client and stock messages. */
class TlsTest {
    @TempDir static Path folder;

    private static @Nullable X509ExtendedKeyManager firstKeys;

    private final InstantSource clock = InstantSource.system();
    private final TestSecrets secrets = new TestSecrets(clock);
    private final Meshes meshes =
            new Meshes()
                    .workload("ns/client", "u1", 15001)
                    .workload("ns/other", "u2", 15002)
                    .service("ns/shop", 80)
                    .endpoints("ns/shop", 8080);
    private final Pki.Switching keys = new Pki.Switching(first());
    private XdsServer server;

    private static synchronized X509ExtendedKeyManager first() {
        X509ExtendedKeyManager made = firstKeys;
        if (made == null) {
            made = new Pki(folder).issue("first");
            firstKeys = made;
        }
        return made;
    }

    @BeforeEach
    void start() throws IOException {
        server = serve();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private XdsServer serve() throws IOException {
        XdsServer fresh =
                XdsServer.builder(
                                XdsServerConfig.at(
                                                new InetSocketAddress(
                                                        InetAddress.getLoopbackAddress(), 0))
                                        .withDrain(Duration.ofMillis(20)),
                                new SmallTranslator(),
                                new Tokens(),
                                secrets,
                                clock,
                                new Random(1))
                        .tls(keys)
                        .build();
        fresh.start();
        fresh.publish(meshes.next());
        return fresh;
    }

    /** A stream, what came on it, and how it ended. */
    private static final class Client
            implements StreamObserver<DeltaDiscoveryResponse>, AutoCloseable {
        final List<DeltaDiscoveryResponse> got = new CopyOnWriteArrayList<>();
        volatile @Nullable Status end;
        private final ManagedChannel channel;
        private final StreamObserver<DeltaDiscoveryRequest> out;

        Client(int port, X509Certificate trusted, @Nullable String token) {
            try {
                channel =
                        NettyChannelBuilder.forAddress("localhost", port)
                                .sslContext(
                                        GrpcSslContexts.forClient().trustManager(trusted).build())
                                .build();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            Metadata headers = new Metadata();
            if (token != null) {
                headers.put(
                        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                        "Bearer " + token);
            }
            out =
                    AggregatedDiscoveryServiceGrpc.newStub(channel)
                            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                            .deltaAggregatedResources(this);
        }

        void ask(String node, XdsType type, String... names) {
            resume(node, type, Map.of(), names);
        }

        synchronized void resume(
                String node, XdsType type, Map<String, String> versions, String... names) {
            out.onNext(
                    DeltaDiscoveryRequest.newBuilder()
                            .setNode(Node.newBuilder().setId(node))
                            .setTypeUrl(type.url())
                            .putAllInitialResourceVersions(versions)
                            .addAllResourceNamesSubscribe(List.of(names))
                            .build());
        }

        private synchronized void ack(DeltaDiscoveryResponse response) {
            out.onNext(
                    DeltaDiscoveryRequest.newBuilder()
                            .setTypeUrl(response.getTypeUrl())
                            .setResponseNonce(response.getNonce())
                            .build());
        }

        @Override
        public void onNext(DeltaDiscoveryResponse response) {
            got.add(response);
            ack(response);
        }

        @Override
        public void onError(Throwable t) {
            end = Status.fromThrowable(t);
        }

        @Override
        public void onCompleted() {
            end = Status.OK;
        }

        Status.Code endCode() {
            await().until(() -> end != null);
            Status status = end;
            return status == null ? Status.Code.UNKNOWN : status.getCode();
        }

        @Override
        public void close() {
            channel.shutdownNow();
            try {
                channel.awaitTermination(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Client client(@Nullable String token) {
        return new Client(server.port(), Pki.certificate(keysNow()), token);
    }

    private X509ExtendedKeyManager keysNow() {
        return keys.current();
    }

    @Test
    void givesAProxyItsListenerAndItsSecret() {
        try (Client client = client(Tokens.of("ns/client", "u1"))) {
            client.ask("ns/client", XdsType.LISTENER);
            client.ask("ns/client", XdsType.SECRET, "id", "another");

            await().until(() -> client.got.size() == 3);
            assertThat(client.got)
                    .anySatisfy(r -> {
                        assertThat(r.getTypeUrl()).isEqualTo(XdsType.SECRET.url());
                        assertThat(r.getRemovedResourcesList()).contains("another");
                    })
                    .anySatisfy(r ->
                            assertThat(r.getResourcesList().toString())
                                    .contains("private to ns/client"));
        }
    }

    @Test
    void bringsNewSecretsWhenAllMustChange() {
        try (Client client = client(Tokens.of("ns/client", "u1"))) {
            client.ask("ns/client", XdsType.SECRET, "id");
            await().until(() -> client.got.size() == 1);
            secrets.rotate();

            await().until(() -> client.got.size() == 2);
            assertThat(client.got.get(1).getResources(0).getVersion()).isEqualTo("ns/client#1");
        }
    }

    @Test
    void refusesAProxyWithoutAToken() {
        try (Client client = client(null)) {
            client.ask("ns/client", XdsType.LISTENER);

            assertThat(client.endCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(client.got).isEmpty();
        }
        assertThat(server.status().counters().refused()).isEqualTo(1);
    }

    @Test
    void refusesAnExpiredToken() {
        try (Client client = client("expired")) {
            client.ask("ns/client", XdsType.LISTENER);

            assertThat(client.endCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(client.got).isEmpty();
        }
    }

    @Test
    void tellsAProxyToComeAgainWhereNobodyCanJudgeItsToken() {
        try (Client client = client("unsure")) {
            client.ask("ns/client", XdsType.LISTENER);

            assertThat(client.endCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(client.got).isEmpty();
        }
        assertThat(server.status().counters().refused()).isEqualTo(1);
    }

    @Test
    void letsAProxyInThatIsQuickerThanTheMeshThatNamesItsWorkload() {
        try (Client client = client(Tokens.of("ns/late", "u9"))) {
            client.ask("ns/late", XdsType.LISTENER);
            server.publish(meshes.workload("ns/late", "u9", 15009).next());

            await().until(() -> client.got.size() == 1);
        }
    }

    @Test
    void tellsHowFarItsProxiesAre() {
        Set<ServiceName> services = Set.of(ServiceName.parse("ns/shop"));
        Set<WorkloadName> workloads = Set.of(WorkloadName.parse("ns/client"));
        try (Client client = client(Tokens.of("ns/client", "u1"))) {
            long before = server.changes();
            client.ask("ns/client", XdsType.CLUSTER, "ns/shop");

            await().untilAsserted(() ->
                    assertThat(server.programming(services, workloads).services())
                            .containsEntry(
                                    ServiceName.parse("ns/shop"),
                                    new Programming.Progress(1, 1, List.of())));
            assertThat(server.changes()).isGreaterThan(before);
            assertThat(server.programming(services, workloads).generation()).isPositive();
            assertThat(server.programming(services, workloads).workloads())
                    .containsOnlyKeys(WorkloadName.parse("ns/client"));
        }
    }

    @Test
    void refusesANodeThatIsNotTheTokensOwn() {
        try (Client client = client(Tokens.of("ns/other", "u2"))) {
            client.ask("ns/client", XdsType.LISTENER);

            assertThat(client.endCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
            assertThat(client.got).isEmpty();
        }
        assertThat(server.status().counters().refused()).isEqualTo(1);
    }

    @Test
    void refusesATokenOfAnEarlierLifeOfTheWorkload() {
        try (Client client = client(Tokens.of("ns/client", "u0"))) {
            client.ask("ns/client", XdsType.LISTENER);

            assertThat(client.endCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(client.got).isEmpty();
        }
    }

    @Test
    void cutsTheStreamOfADeletedWorkload() {
        try (Client client = client(Tokens.of("ns/client", "u1"))) {
            client.ask("ns/client", XdsType.LISTENER);
            await().until(() -> client.got.size() == 1);

            server.publish(meshes.withoutWorkload("ns/client").next());

            assertThat(client.endCode()).isEqualTo(Status.Code.UNAVAILABLE);
        }
    }

    @Test
    void aNewerStreamReplacesTheOlderOneOfTheSameWorkload() {
        try (Client old = client(Tokens.of("ns/client", "u1"))) {
            old.ask("ns/client", XdsType.LISTENER);
            await().until(() -> old.got.size() == 1);
            try (Client fresh = client(Tokens.of("ns/client", "u1"))) {
                fresh.ask("ns/client", XdsType.LISTENER);

                assertThat(old.endCode()).isEqualTo(Status.Code.ABORTED);
                await().until(() -> fresh.got.size() == 1);
            }
        }
    }

    @Test
    void aSecondServerWithTheSameMeshSendsNothingToAProxyThatHasItAll() throws IOException {
        Map<String, String> versions = new java.util.HashMap<>();
        try (Client client = client(Tokens.of("ns/client", "u1"))) {
            client.ask("ns/client", XdsType.CLUSTER, "ns/shop");
            await().until(() -> client.got.size() == 1);
            client.got
                    .getFirst()
                    .getResourcesList()
                    .forEach(r -> versions.put(r.getName(), r.getVersion()));
        }
        server.close();
        server = serve();
        try (Client client = client(Tokens.of("ns/client", "u1"))) {
            client.resume("ns/client", XdsType.CLUSTER, versions, "ns/shop");
            client.ask("ns/client", XdsType.ENDPOINT, "ns/shop");

            await().until(() -> client.got.size() == 1);
            assertThat(client.got.getFirst().getTypeUrl()).isEqualTo(XdsType.ENDPOINT.url());
            assertThat(server.status().counters().resourcesSent()).isEqualTo(1);
        }
    }

    @Test
    void servesARenewedCertificateWithoutARestart() {
        X509Certificate old = Pki.certificate(keysNow());
        keys.set(new Pki(folder).issue("second"));

        try (Client trusting = client(Tokens.of("ns/client", "u1"));
                Client trustingTheOld =
                        new Client(server.port(), old, Tokens.of("ns/client", "u1"))) {
            trusting.ask("ns/client", XdsType.LISTENER);

            await().until(() -> trusting.got.size() == 1);
            assertThat(trustingTheOld.endCode()).isEqualTo(Status.Code.UNAVAILABLE);
        }
    }
}
