package io.peakmesh.e2e.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.peakmesh.e2e.real.app.GrpcApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Apps that know nothing of a mesh, in network namespaces, behind the redirect that injected pods
 * have.
 */
class RedirectE2e {
    private static final RedirectTown TOWN = new RedirectTown();

    @BeforeAll
    static void start() throws IOException {
        try {
            TOWN.start();
        } catch (IOException | RuntimeException e) {
            TOWN.close();
            throw e;
        }
    }

    @AfterAll
    static void end() {
        TOWN.close();
    }

    @Test
    void httpByClusterIpIsMutualTlsToAnInstance() throws IOException {
        HttpCaller.Answer answer =
                TOWN.http("client", RedirectTown.WEB_IP, 80).get("web.town", "/hello");

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.app()).startsWith("web-");
        assertThat(answer.caller()).contains("URI=" + TOWN.pod("client").spiffeId());
    }

    @Test
    void httpByPodIpReachesThatPodAndIsMutualTlsToo() throws IOException {
        for (String pod : new String[] {"web-1", "web-2"}) {
            HttpCaller.Answer answer =
                    TOWN.http("client", TOWN.pod(pod).ip(), 8080)
                            .get(TOWN.pod(pod).ip() + ":8080", "/");

            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.app()).isEqualTo(pod);
            assertThat(answer.caller()).contains("URI=" + TOWN.pod("client").spiffeId());
        }
    }

    @Test
    void anAuthorityThatIsNoServiceGoesWhereTheConnectionWasAddressed() throws IOException {
        HttpCaller.Answer answer =
                TOWN.http("client", RedirectTown.WEB_IP, 80).get("www.example.com", "/");

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.app()).startsWith("web-");
        assertThat(answer.caller()).contains("URI=" + TOWN.pod("client").spiffeId());
    }

    @Test
    void bothInstancesOfAServiceGetCalls() throws IOException {
        Map<String, Integer> answered = new TreeMap<>();
        HttpCaller caller = TOWN.http("client", RedirectTown.WEB_IP, 80);
        for (int i = 0; i < 60; i++) {
            answered.merge(caller.get("web", "/").app(), 1, Integer::sum);
        }

        assertThat(answered).containsOnlyKeys("web-1", "web-2");
    }

    @Test
    void grpcByClusterIpIsMutualTls() throws IOException {
        assertThat(grpc("client", RedirectTown.GREETER_IP, "greeter.town:50051"))
                .startsWith("web-")
                .contains("URI=" + TOWN.pod("client").spiffeId());
    }

    @Test
    void grpcByPodIpIsMutualTls() throws IOException {
        String ip = TOWN.pod("web-2").ip();

        assertThat(grpc("client", ip, ip + ":50051"))
                .startsWith("web-2 ")
                .contains("URI=" + TOWN.pod("client").spiffeId());
    }

    private static String grpc(String from, String ip, String authority) throws IOException {
        InetSocketAddress door = TOWN.door(from, ip, 50051);
        ManagedChannel channel =
                NettyChannelBuilder.forAddress(door)
                        .overrideAuthority(authority)
                        .usePlaintext()
                        .build();
        try {
            return GrpcApp.say(channel);
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void tcpByClusterIpAndByPodIpCarriesBytesOverMutualTls() throws IOException {
        long before = TOWN.handshakes("web-1") + TOWN.handshakes("web-2");

        assertThat(LineCaller.ask(TOWN.door("client", RedirectTown.LINES_IP, 7000), "a"))
                .matches("web-[12]: a");
        assertThat(LineCaller.ask(TOWN.door("client", TOWN.pod("web-1").ip(), 7000), "b"))
                .isEqualTo("web-1: b");

        assertThat(TOWN.handshakes("web-1") + TOWN.handshakes("web-2")).isGreaterThan(before);
    }

    @Test
    void aServerThatSpeaksFirstIsHeardAtOnceThroughMutualTls() throws IOException {
        long before = TOWN.handshakes("web-1") + TOWN.handshakes("web-2");
        try (LineCaller caller = new LineCaller(TOWN.door("client", RedirectTown.DB_IP, 3306))) {
            assertThat(caller.hear()).matches("welcome to web-[12]");
            assertThat(caller.ask("select")).matches("web-[12]: select");
        }
        assertThat(TOWN.handshakes("web-1") + TOWN.handshakes("web-2")).isGreaterThan(before);
    }

    @Test
    void anUnmeshedCallerIsLetInWhereTheNamespaceAllowsIt() throws IOException {
        String ip = TOWN.pod("web-1").ip();

        HttpCaller.Answer answer = TOWN.http("stranger", ip, 8080).get("web", "/");

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.caller()).isEmpty();
        assertThat(grpc("stranger", ip, "greeter").strip()).isEqualTo("web-1");
        assertThat(LineCaller.ask(TOWN.door("stranger", ip, 7000), "hello"))
                .isEqualTo("web-1: hello");
        try (LineCaller caller = new LineCaller(TOWN.door("stranger", ip, 3306))) {
            assertThat(caller.hear()).isEqualTo("welcome to web-1");
        }
    }

    @Test
    void anUnmeshedCallerMayNotForgeTheHeaderThatNamesCallers() throws IOException {
        HttpCaller caller = TOWN.http("stranger", TOWN.pod("web-1").ip(), 8080);

        HttpCaller.Answer answer =
                caller.get(
                        "web",
                        "/",
                        "x-forwarded-client-cert",
                        "URI=" + TOWN.pod("client").spiffeId());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.caller()).isEmpty();
    }

    @Test
    void anUnmeshedCallerIsRefusedWhereTheNamespaceDeniesIt() throws IOException {
        String ip = TOWN.pod("vault").ip();
        long before = TOWN.app("vault").served();

        assertThatThrownBy(() -> TOWN.http("stranger", ip, 8080).get("vault", "/"))
                .isInstanceOf(UncheckedIOException.class);

        assertThat(LineCaller.ask(TOWN.door("stranger", ip, 7000), "hello")).isEmpty();
        assertThat(TOWN.app("vault").served()).isEqualTo(before);
    }

    @Test
    void aMeshedCallerReachesAnUnmeshedServerInPlaintext() throws IOException {
        HttpCaller.Answer answer =
                TOWN.http("client", RedirectTown.LEGACY_IP, 80).get("legacy.town", "/");

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.app()).isEqualTo("stranger");
        assertThat(LineCaller.ask(TOWN.door("client", TOWN.ip("stranger"), 7000), "x"))
                .isEqualTo("stranger: x");
    }

    @Test
    void whatNoTargetAllowsIsDeniedWithAReason() throws IOException {
        HttpCaller caller = TOWN.http("client", RedirectTown.VAULT_IP, 80);

        HttpCaller.Answer allowed = caller.get("vault.safe", "/open/door");
        HttpCaller.Answer denied = caller.get("vault.safe", "/secret");

        assertThat(allowed.status()).as(allowed.body()).isEqualTo(200);
        assertThat(denied.status()).isEqualTo(403);
        System.out.println("denied with: " + denied.body());
        assertThat(denied.body()).containsIgnoringCase("denied").contains("vault");
        assertThat(TOWN.sidecar("vault").admin().sum(name -> name.endsWith("rbac.denied")))
                .isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/open/../secret",
                "/open/%2e%2e/secret",
                "/open%2f..%2fsecret",
                "/open/..%2fsecret",
                "/secret?/open/door",
                "/secret;/open/door"
            })
    void noWayOfWritingAPathGetsAroundThePolicy(String path) throws IOException {
        long before = TOWN.app("vault").served();

        HttpCaller.Answer answer =
                TOWN.http("client", RedirectTown.VAULT_IP, 80).get("vault.safe", path);

        assertThat(answer.status()).as(answer.body()).isIn(400, 403);
        assertThat(TOWN.app("vault").served()).isEqualTo(before);
    }

    @Test
    void aCallerWithoutATargetIsDeniedOnTcpToo() throws IOException {
        InetSocketAddress lines = TOWN.door("client", TOWN.pod("vault").ip(), 7000);

        assertThat(LineCaller.ask(lines, "hello")).isEmpty();
    }

    @Test
    void anUnknownAddressOutsideTheMeshIsPassedThrough() throws IOException {
        HttpCaller.Answer answer =
                TOWN.http("client", RedirectTown.WORLD_IP, 8080).get("example.org", "/");

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.app()).isEqualTo("world");
        assertThat(answer.caller()).isEmpty();
        assertThat(LineCaller.ask(TOWN.door("client", RedirectTown.WORLD_IP, 7000), "x"))
                .isEqualTo("world: x");
        try (LineCaller caller = new LineCaller(TOWN.door("client", RedirectTown.WORLD_IP, 3306))) {
            assertThat(caller.hear()).isEqualTo("welcome to world");
        }
    }

    @Test
    void aServerWithoutARedirectIsReachedThroughItsMeshPort() throws IOException {
        String podIp = TOWN.pod("rootless").ip();
        for (HttpCaller caller :
                new HttpCaller[] {
                    TOWN.http("client", RedirectTown.ROOTLESS_IP, 80),
                    TOWN.http("client", podIp, 8080)
                }) {
            HttpCaller.Answer answer = caller.get("rootless.town", "/");

            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.app()).isEqualTo("rootless");
            assertThat(answer.caller()).contains("URI=" + TOWN.pod("client").spiffeId());
        }
    }

    @Test
    void anAppWithoutARedirectCallsThroughItsProxyAndNobodyElseDoes() throws IOException {
        String own = TOWN.pod("rootless").ip();
        HttpCaller.Answer answer = TOWN.http("rootless", own, Pod.OUTBOUND).get("web.town", "/");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.caller()).contains("URI=" + TOWN.pod("rootless").spiffeId());
        assertThat(LineCaller.ask(TOWN.door("rootless", own, RedirectTown.LOCAL_LINES), "hello"))
                .matches("web-[12]: hello");

        for (String other : new String[] {"stranger", "client"}) {
            assertClosed(other, own, Pod.OUTBOUND);
            assertThat(LineCaller.ask(TOWN.door(other, own, RedirectTown.LOCAL_LINES), "hello"))
                    .isEmpty();
        }
    }

    @Test
    void aProxysOwnPortsLeadNowhere() throws IOException {
        String web = TOWN.pod("web-1").ip();
        String own = TOWN.pod("client").ip();
        for (int port : new int[] {Pod.OUTBOUND, Pod.INBOUND}) {
            assertClosed("stranger", web, port);
            assertClosed("client", "127.0.0.1", port);
            assertClosed("client", own, port);
        }

        assertThat(TOWN.sidecar("web-1").said() + TOWN.sidecar("client").said())
                .as("a connection that comes back to its own listener eats every descriptor")
                .doesNotContain("Too many open files");
    }

    private static void assertClosed(String from, String ip, int port) {
        assertThatThrownBy(() -> TOWN.http(from, ip, port).get("web.town", "/"))
                .as(from + " to " + ip + ":" + port)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("received no bytes");
    }

    @Test
    void aPortThatNobodyDeclaredIsStillReachedWhereTheNamespaceAllowsIt() throws IOException {
        TOWN.serveUndeclared("web-1", 9090);
        TOWN.serveUndeclared("vault", 9090);

        for (String from : new String[] {"client", "stranger"}) {
            assertThat(TOWN.http(from, TOWN.pod("web-1").ip(), 9090).get("x", "/").app())
                    .isEqualTo("web-1");
        }
        assertClosed("stranger", TOWN.pod("vault").ip(), 9090);
        assertThat(TOWN.http("client", TOWN.pod("vault").ip(), 9090).get("x", "/").status())
                .isEqualTo(503);
    }

    @Test
    void aSplitMovesHttpAndTcp() throws IOException {
        HttpCaller caller = TOWN.http("client", RedirectTown.FRONT_IP, 80);
        InetSocketAddress lines = TOWN.door("client", RedirectTown.FRONT_IP, 7000);
        TOWN.split(100, 0);
        Awaitility.await("all goes to the first backend")
                .atMost(Duration.ofSeconds(15))
                .until(() -> caller.get("front", "/").app().equals("web-1"));
        assertThat(LineCaller.ask(lines, "x")).isEqualTo("web-1: x");

        TOWN.split(0, 100);
        Awaitility.await("all goes to the second backend")
                .atMost(Duration.ofSeconds(15))
                .until(() ->
                        caller.get("front", "/").app().equals("web-2")
                                && LineCaller.ask(lines, "x").equals("web-2: x"));

        TOWN.split(50, 50);
        Map<String, Integer> answered = new TreeMap<>();
        Map<String, Integer> lined = new TreeMap<>();
        Awaitility.await("both get some of both kinds")
                .atMost(Duration.ofSeconds(15))
                .until(() -> {
                    answered.merge(caller.get("front", "/").app(), 1, Integer::sum);
                    lined.merge(LineCaller.ask(lines, "x"), 1, Integer::sum);
                    return answered.size() == 2 && lined.size() == 2;
                });
        for (int i = 0; i < 200; i++) {
            answered.merge(caller.get("front", "/").app(), 1, Integer::sum);
        }
        System.out.println("split 50/50: http " + answered + ", tcp " + lined);
        assertThat(answered.get("web-1")).isBetween(60, 160);
    }

    @Test
    void anAppThatCallsItsOwnServiceComesInByTheFrontDoor() throws IOException {
        HttpCaller.Answer answer =
                TOWN.http("web-1", RedirectTown.WEB_IP, 80).get("back-1.town", "/");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.app()).isEqualTo("web-1");
        assertThat(answer.caller()).contains("URI=" + TOWN.pod("web-1").spiffeId());

        HttpCaller.Answer denied =
                TOWN.http("vault", RedirectTown.VAULT_IP, 80).get("vault.safe", "/secret");
        assertThat(denied.status()).as("no target names the vault itself").isEqualTo(403);
    }

    @Test
    void theNodesProbesReachTheAppWhereUnmeshedCallersAreDenied() throws IOException {
        String vault = TOWN.pod("vault").ip();

        HttpCaller.Answer answer = TOWN.http("node", vault, 8080).get("vault", "/secret");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.caller()).isEmpty();
        assertThat(LineCaller.ask(TOWN.door("node", vault, 7000), "hello"))
                .as("a port without a probe")
                .isEmpty();
        assertClosed("stranger", vault, 8080);
    }

    @Test
    void whatTheRedirectSkipsGoesPastTheProxy() throws IOException {
        TOWN.serveUndeclared("vault", RedirectTown.SKIPPED_PORT);
        TOWN.serveUndeclared("stranger", RedirectTown.SKIPPED_PORT);
        assertThat(
                        TOWN.http("stranger", TOWN.pod("vault").ip(), RedirectTown.SKIPPED_PORT)
                                .get("x", "/")
                                .app())
                .isEqualTo("vault");

        long before = outbound("client");
        assertThat(TOWN.http("client", RedirectTown.NODE_IP, 8080).get("x", "/").app())
                .isEqualTo("node");
        assertThat(
                        TOWN.http("client", TOWN.ip("stranger"), RedirectTown.SKIPPED_PORT)
                                .get("x", "/")
                                .app())
                .isEqualTo("stranger");
        assertThat(outbound("client")).isEqualTo(before);
        assertThat(TOWN.http("client", TOWN.ip("stranger"), 8080).get("x", "/").app())
                .isEqualTo("stranger");
        assertThat(outbound("client")).isGreaterThan(before);
    }

    private static long outbound(String pod) {
        return TOWN.sidecar(pod)
                .admin()
                .sum(name ->
                        name.startsWith("listener.outbound")
                                && name.endsWith(".downstream_cx_total"));
    }

    @Test
    void ipv6IsRedirectedAsIpv4Is() throws IOException {
        String one = TOWN.pod("six-61").ip();
        String caller = "URI=" + TOWN.pod("six-62").spiffeId();

        HttpCaller.Answer byPod = TOWN.http("six-62", one, 8080).get("[" + one + "]:8080", "/");
        assertThat(byPod.status()).as(byPod.body()).isEqualTo(200);
        assertThat(byPod.app()).isEqualTo("six-61");
        assertThat(byPod.caller()).contains(caller);

        Map<String, Integer> answered = new TreeMap<>();
        for (int i = 0; i < 40; i++) {
            HttpCaller.Answer byService =
                    TOWN.http("six-62", RedirectTown.SIX_IP, 80).get("six.town", "/");
            assertThat(byService.caller()).contains(caller);
            answered.merge(byService.app(), 1, Integer::sum);
        }
        assertThat(answered).as("also itself").containsOnlyKeys("six-61", "six-62");

        assertThat(LineCaller.ask(TOWN.door("six-62", one, 7000), "x")).isEqualTo("six-61: x");
        HttpCaller.Answer plain = TOWN.http("stranger", one, 8080).get("x", "/");
        assertThat(plain.app()).isEqualTo("six-61");
        assertThat(plain.caller()).isEmpty();
    }
}
