package io.peakmesh.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.grpc.Status;
import io.peakmesh.e2e.real.DeltaClient;
import io.peakmesh.e2e.real.Sidecar;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Tokens that do not prove what is claimed with them get nothing from a control plane of a cluster,
 * and each is told once, with the reason.
 */
class AttackKubeE2e {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int TRIES = 3;
    private static final String REFUSED = "stream refused";
    private static final Pattern REASON = Pattern.compile("reason=\"([^\"]+)\"");
    private static final String ALICE = "shop/alice";
    private static final AtomicInteger ATTACKERS = new AtomicInteger(20);

    @RegisterExtension static final Cluster CLUSTER = new Cluster();

    private static KubeMesh mesh;
    private static Path roots;
    private static KubePod alice;
    private static KubePod mallory;

    @BeforeAll
    static void start() {
        mesh = new KubeMesh(CLUSTER);
        mesh.startControlPlane();
        alice = pod("alice");
        mallory = pod("mallory");
        roots = mesh.roots("shop");
        Sidecar sidecar = mesh.sidecar(alice);
        sidecar.awaitReady();
        sidecar.close();
    }

    @AfterAll
    static void end() {
        mesh.close();
    }

    private static KubePod pod(String name) {
        return new KubePod(CLUSTER, CLUSTER.pod("shop", name, name, 8080).meshPort()).start();
    }

    private static List<String> refusals() {
        return mesh.replica(0).log().stream().filter(line -> line.contains(REFUSED)).toList();
    }

    private static String good(KubePod pod) {
        return ProjectedToken.request(pod, ProjectedToken.AUDIENCE, ProjectedToken.SHORTEST);
    }

    private static DeltaClient client(InetSocketAddress from, @Nullable String authorization)
            throws Exception {
        return new DeltaClient(KubeMesh.xds(0), from, roots, authorization);
    }

    /** Each attacker has an address of its own, so that each is told by a line of its own. */
    private static InetSocketAddress attacker() throws Exception {
        return new InetSocketAddress(
                InetAddress.getByName("127.0.2." + ATTACKERS.incrementAndGet()), 0);
    }

    /** Tries some times, and returns the reason in the one line that this must leave. */
    private static String refused(@Nullable String authorization, String node, Status.Code expected)
            throws Exception {
        int before = refusals().size();
        InetSocketAddress from = attacker();
        for (int i = 0; i < TRIES; i++) {
            try (DeltaClient client = client(from, authorization)) {
                client.ask(node, DeltaClient.SECRET, "id");
                client.ask(node, DeltaClient.LISTENER, "*");
                assertThat(client.ended().get(60, TimeUnit.SECONDS).getCode()).isEqualTo(expected);
                assertThat(client.responses()).isEmpty();
            }
        }
        List<String> lines = refusals().subList(before, refusals().size());
        assertThat(lines).hasSize(1);
        System.out.println(
                expected + " " + lines.getFirst().replaceAll(".*(stream refused)", "$1"));
        if (authorization != null) {
            assertThat(lines.getFirst()).doesNotContain(authorization);
        }
        var reason = REASON.matcher(lines.getFirst());
        assertThat(reason.find()).as(lines.getFirst()).isTrue();
        return reason.group(1);
    }

    private static String refusedAlice(String token) throws Exception {
        return refused("Bearer " + token, ALICE, Status.Code.UNAUTHENTICATED);
    }

    @Test
    void itsOwnTokenOpensItsOwnNode() throws Exception {
        int before = refusals().size();
        try (DeltaClient client = client(attacker(), "Bearer " + good(mallory))) {
            client.ask("shop/mallory", DeltaClient.SECRET, "id", "roots");
            Awaitility.await("its identity comes")
                    .atMost(PATIENCE)
                    .until(() -> client.resources().containsAll(List.of("id", "roots")));
        }
        assertThat(refusals()).hasSize(before);
    }

    @Test
    void theTokenOfAnotherPodOpensNothing() throws Exception {
        assertThat(refused("Bearer " + good(mallory), ALICE, Status.Code.PERMISSION_DENIED))
                .contains(ALICE);
        KubePod twin = new KubePod(CLUSTER, CLUSTER.pod("shop", "twin", "alice").meshPort());
        String ofTheSameAccount = good(twin.start());
        Awaitility.await("the pod of the same account is known")
                .atMost(PATIENCE)
                .until(() -> opens(ofTheSameAccount, "shop/twin"));
        assertThat(refused("Bearer " + ofTheSameAccount, ALICE, Status.Code.PERMISSION_DENIED))
                .contains(ALICE);
    }

    @Test
    void theRightTokenOpensNoNodeThatIsNotThere() throws Exception {
        assertThat(refused("Bearer " + good(alice), "shop/nobody", Status.Code.PERMISSION_DENIED))
                .contains("shop/nobody");
    }

    /** Of the service account alone where {@code bound} is not there. */
    private static String request(@Nullable KubePod bound, String... audiences) {
        TokenRequestBuilder request =
                new TokenRequestBuilder()
                        .withNewSpec()
                        .withAudiences(audiences)
                        .withExpirationSeconds(ProjectedToken.SHORTEST.toSeconds())
                        .endSpec();
        if (bound != null) {
            request.editSpec()
                    .withNewBoundObjectRef()
                    .withApiVersion("v1")
                    .withKind("Pod")
                    .withName(bound.pod().name())
                    .withUid(bound.uid())
                    .endBoundObjectRef()
                    .endSpec();
        }
        TokenRequest asked = request.build();
        return CLUSTER.client()
                .serviceAccounts()
                .inNamespace("shop")
                .withName("alice")
                .tokenRequest(asked)
                .getStatus()
                .getToken();
    }

    @Test
    void aTokenForOthersIsNoneForTheMesh() throws Exception {
        assertThat(refusedAlice(request(alice, "vault"))).contains("for another audience");
        assertThat(refusedAlice(request(alice))).contains("for another audience");
        assertThat(refusedAlice(request(alice, "peakmesh", "vault")))
                .contains("for other audiences too");
    }

    @Test
    void aTokenWithoutAudienceIsNone() throws Exception {
        String without =
                ForgedToken.from(good(alice))
                        .claims(claims -> claims.remove("aud"))
                        .signed(ForgedToken.keyOf(CLUSTER));
        assertThat(refusedAlice(without)).contains("for another audience");
    }

    private static void past(ObjectNode claims) {
        long now = Instant.now().getEpochSecond();
        claims.put("iat", now - 7200).put("nbf", now - 7200).put("exp", now - 120);
    }

    @Test
    void aTokenOfTheClusterThatHasExpiredIsNone() throws Exception {
        ForgedToken real = ForgedToken.from(good(alice));
        String same = real.signed(ForgedToken.keyOf(CLUSTER));
        try (DeltaClient client = client(attacker(), "Bearer " + same)) {
            client.ask(ALICE, DeltaClient.SECRET, "id");
            Awaitility.await("in time it is a good one")
                    .atMost(PATIENCE)
                    .until(() -> client.resources().contains("id"));
        }
        String expired = real.claims(AttackKubeE2e::past).signed(ForgedToken.keyOf(CLUSTER));

        assertThat(refusedAlice(expired)).contains("has expired");
    }

    @Test
    void aPodThatIsGoneOrWasReplacedProvesNothing() throws Exception {
        KubePod eve = pod("eve");
        String token = good(eve);
        try (DeltaClient client = client(attacker(), "Bearer " + token)) {
            client.ask("shop/eve", DeltaClient.SECRET, "id");
            Awaitility.await("it is a good one")
                    .atMost(PATIENCE)
                    .until(() -> client.resources().contains("id"));
            long deleted = System.nanoTime();
            eve.delete();
            assertThat(client.ended().get(60, TimeUnit.SECONDS).getCode())
                    .isNotEqualTo(Status.Code.OK);
            System.out.println(
                    "cut after the pod's end: "
                            + Duration.ofNanos(System.nanoTime() - deleted).toMillis()
                            + " ms, "
                            + client.ended().get());
        }
        assertThat(refused("Bearer " + token, "shop/eve", Status.Code.UNAUTHENTICATED))
                .contains("the token's pod is not running");

        KubePod again = new KubePod(CLUSTER, eve.pod()).start();
        String fresh = good(again);
        Awaitility.await("the new pod is known")
                .atMost(PATIENCE)
                .until(() -> opens(fresh, "shop/eve"));
        assertThat(refused("Bearer " + token, "shop/eve", Status.Code.UNAUTHENTICATED))
                .contains("an earlier pod of the same name");
    }

    private static boolean opens(String token, String node) throws Exception {
        try (DeltaClient client = client(attacker(), "Bearer " + token)) {
            client.ask(node, DeltaClient.SECRET, "id");
            Awaitility.await("an answer")
                    .atMost(PATIENCE)
                    .until(() -> client.ended().isDone() || !client.responses().isEmpty());
            return client.resources().contains("id");
        }
    }

    @Test
    void noSignatureAndNoneOfOthersWillDo() throws Exception {
        String real = good(alice);
        assertThat(refusedAlice(ForgedToken.from(real).bare()))
                .contains("with an algorithm that is not accepted");
        byte[] published = CLUSTER.client().raw("/openid/v1/jwks").getBytes(StandardCharsets.UTF_8);
        assertThat(refusedAlice(ForgedToken.from(real).shared(published)))
                .contains("with an algorithm that is not accepted");

        KeyPair other = ForgedToken.anyKey();
        assertThat(refusedAlice(ForgedToken.from(real).signed(other.getPrivate())))
                .contains("signature is wrong");
        assertThat(
                        refusedAlice(
                                ForgedToken.from(real)
                                        .header("kid", "of-another-cluster")
                                        .claims(c -> c.put("iss", "https://kubernetes.other"))
                                        .signed(other.getPrivate())))
                .contains("from another issuer");
        assertThat(
                        refusedAlice(
                                ForgedToken.from(real)
                                        .header("kid", "made-up")
                                        .signed(other.getPrivate())))
                .contains("the cluster refuses the token");
    }

    @Test
    void garbageIsNoToken() throws Exception {
        assertThat(refused(null, ALICE, Status.Code.UNAUTHENTICATED)).contains("no bearer token");
        assertThat(refusedAlice("e30.e30.e30")).contains("not a well-formed JWT");
        assertThat(refusedAlice("x")).contains("not a well-formed JWT");
        String real = good(alice);
        assertThat(refusedAlice(real.substring(0, real.lastIndexOf('.') + 9)))
                .contains("signature is wrong");
        assertThat(refusedAlice("a".repeat(10_000))).contains("longer than");
    }

    @Test
    void aTokenThatIsBoundToNoPodProvesNone() throws Exception {
        assertThat(refusedAlice(request(null, "peakmesh"))).contains("not bound to a pod");

        CLUSTER.apply(
                """
                apiVersion: v1
                kind: Secret
                metadata:
                  name: alice-token
                  namespace: shop
                  annotations: {kubernetes.io/service-account.name: alice}
                type: kubernetes.io/service-account-token
                """);
        String encoded =
                Awaitility.await("the controllers' token")
                        .atMost(PATIENCE)
                        .until(
                                () ->
                                        CLUSTER.kubectl(
                                                        "get",
                                                        "secret/alice-token",
                                                        "-n",
                                                        "shop",
                                                        "-o",
                                                        "jsonpath={.data.token}")
                                                .orThrow()
                                                .out(),
                                text -> !text.isEmpty());
        assertThat(
                        refusedAlice(
                                new String(
                                        Base64.getDecoder().decode(encoded),
                                        StandardCharsets.UTF_8)))
                .contains("kept in a Secret");
    }
}
