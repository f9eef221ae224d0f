package io.peakmesh.e2e.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.peakmesh.cli.proxy.EnvoyProcess;
import io.peakmesh.cli.proxy.ProxySpec;
import io.peakmesh.identity.attest.TokenAuthority;
import io.peakmesh.identity.state.StateFolder;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.TrustDomain;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who is not who it says gets nothing, and the control plane says so once, with the reason. */
class AttackE2e {
    private static final RealMesh MESH = new RealMesh();
    private static final Pod ALICE =
            Pod.unmeshed("shop", "alice", "alice", MESH.ip(11), 8080).meshPort();
    private static final Pod MALLORY =
            Pod.unmeshed("shop", "mallory", "mallory", MESH.ip(12), 8080)
                    .meshPort()
                    .with("config.peakmesh.io/local-ports", "17000=mallory:8080");
    private static final Pod EVE = Pod.unmeshed("shop", "eve", "eve", MESH.ip(13)).meshPort();
    private static final String MALLORYS_LISTENER = "local-17000";
    private static final String REFUSED = "stream refused";
    private static final Pattern REASON = Pattern.compile("reason=\"([^\"]+)\"");

    @BeforeAll
    static void start() {
        MESH.folder()
                .put(
                        "shop",
                        Yaml.service("shop", "mallory", Yaml.port("tcp", 8080, 8080)),
                        ALICE.yaml(),
                        MALLORY.yaml(),
                        EVE.yaml());
        MESH.startControlPlane();
    }

    @AfterAll
    static void end() {
        MESH.close();
    }

    private static List<String> refusals() {
        return MESH.controlPlane().log().stream().filter(line -> line.contains(REFUSED)).toList();
    }

    /** Tries three times, and returns the reason in the one line that this must leave. */
    private static String refusedWith(
            @Nullable String authorization, String node, Status.Code expected) throws Exception {
        int before = refusals().size();
        for (int i = 0; i < 3; i++) {
            try (DeltaClient client =
                    new DeltaClient(MESH.xds(), MESH.state().resolve("roots.pem"), authorization)) {
                client.ask(node, DeltaClient.SECRET, "id");
                client.ask(node, DeltaClient.LISTENER, "*");
                assertThat(client.ended().get(20, TimeUnit.SECONDS).getCode()).isEqualTo(expected);
                assertThat(client.responses()).isEmpty();
            }
        }
        List<String> lines = refusals().subList(before, refusals().size());
        assertThat(lines).hasSize(1);
        var reason = REASON.matcher(lines.getFirst());
        assertThat(reason.find()).as(lines.getFirst()).isTrue();
        return reason.group(1);
    }

    @Test
    void withoutATokenThereIsNothing() throws Exception {
        assertThat(refusedWith(null, "shop/alice", Status.Code.UNAUTHENTICATED))
                .contains("no bearer token");
    }

    @Test
    void garbageIsNoToken() throws Exception {
        assertThat(refusedWith("Bearer e30.e30.e30", "shop/alice", Status.Code.UNAUTHENTICATED))
                .isNotEmpty();
    }

    @Test
    void anExpiredTokenIsWorthNothing() throws Exception {
        Instant longAgo = Instant.now().minus(Duration.ofHours(3));
        String expired =
                TokenAuthority.open(
                                StateFolder.open(MESH.state().resolve("ca"), Instant.now()),
                                new TrustDomain("cluster.local"),
                                new SecureRandom())
                        .mint(
                                ALICE.workload(),
                                "whatever",
                                new ServiceAccountName("shop", "alice"),
                                Duration.ofHours(1),
                                longAgo);

        assertThat(refusedWith("Bearer " + expired, "shop/alice", Status.Code.UNAUTHENTICATED))
                .contains("expired");
    }

    @Test
    void aTokenOpensOnlyItsOwnNode() throws Exception {
        String token = MESH.token(MALLORY);

        String reason = refusedWith("Bearer " + token, "shop/alice", Status.Code.PERMISSION_DENIED);

        assertThat(reason).contains("shop/alice");
    }

    @Test
    void aLaterRequestInAnothersNameIsAnsweredAsItsOwn() throws Exception {
        try (DeltaClient client =
                new DeltaClient(
                        MESH.xds(),
                        MESH.state().resolve("roots.pem"),
                        "Bearer " + MESH.token(ALICE))) {
            client.ask("shop/alice", DeltaClient.SECRET, "id", "roots", "shop/mallory");
            Awaitility.await("its own identity comes").until(() -> client.resources().size() == 2);

            client.ask("shop/mallory", DeltaClient.LISTENER, "*", MALLORYS_LISTENER);
            Awaitility.await("its own listeners come")
                    .until(() -> client.resources().contains("outbound"));

            assertThat(client.resources())
                    .containsExactlyInAnyOrder("id", "roots", "outbound", "inbound");
            assertThat(client.removed()).contains("shop/mallory", MALLORYS_LISTENER);
        }
    }

    @Test
    void anEnvoyWithAnothersTokenGetsNoListenerAndNoSecret() throws IOException {
        MESH.token(EVE);
        EnvoyProcess envoy =
                EnvoyProcess.start(
                        EnvoyBinary.path(),
                        new ProxySpec(
                                ALICE.workload(),
                                MESH.ip(1),
                                MESH.xds().getPort(),
                                new TrustDomain("cluster.local"),
                                MESH.state().resolve("roots.pem"),
                                MESH.tokenDir(EVE),
                                MESH.dir().resolve("attacker"),
                                MESH.ip(14),
                                Pod.ADMIN,
                                ""),
                        List.of(),
                        MESH.dir().resolve("attacker.log"));
        try (envoy) {
            EnvoyAdmin admin = new EnvoyAdmin(new InetSocketAddress(MESH.ip(14), Pod.ADMIN));
            Awaitility.await("it was turned away again and again")
                    .atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .until(() ->
                            admin.sum("cluster.xds.upstream_rq_total"::equals) >= 3
                                    && !admin.connected());

            assertThat(admin.ready()).isFalse();
            assertThat(admin.dynamicListeners()).isEmpty();
            assertThat(admin.dynamicClusters()).isEmpty();
            assertThat(admin.updates().values()).containsOnly(0L);
        }
        assertThat(refusals()).filteredOn(line -> line.contains("shop/eve")).hasSize(1);
    }
}
