package io.peakmesh.xds.translator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.peakmesh.model.Mesh;
import io.peakmesh.peakewma.module.PeakEwmaModule;
import io.peakmesh.xds.translator.bootstrap.Module;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a sidecar with the module, and one without, choose among three apps on loopback. */
class LiveBalancingTest {
    private static final String WITH = "127.0.13.1";
    private static final String WITHOUT = "127.0.13.2";
    private static final List<String> APPS = List.of("127.0.13.11", "127.0.13.12", "127.0.13.13");
    private static final Map<String, Integer> PORTS = new HashMap<>();

    @TempDir static Path dir;
    private static final List<HttpServer> SERVERS = new ArrayList<>();
    private static LiveMesh live;
    private static int appPort;

    @BeforeAll
    static void start() throws IOException {
        appPort = FreePort.on(APPS.getFirst());
        for (String address : APPS) {
            SERVERS.add(app(address));
        }
        for (String address : List.of(WITH, WITHOUT)) {
            for (String use : List.of("mesh", "out", "local")) {
                PORTS.put(address + use, FreePort.on(address));
            }
        }
        live = new LiveMesh(dir, mesh());
        live.start("shop/with", new Module.Placed(PeakEwmaModule.MARKER));
        live.start("shop/without", new Module.Absent("not placed"));
    }

    @AfterAll
    static void stop() {
        if (live != null) {
            live.close();
        }
        SERVERS.forEach(server -> server.stop(0));
    }

    @Test
    void theModuleBalancesWhereItLiesAndShowsWhatItKnows() throws Exception {
        Set<String> answered = new TreeSet<>();
        for (int i = 0; i < 30; i++) {
            answered.add(get(WITH, "http://plain/").body());
        }

        assertThat(answered).containsExactlyElementsOf(APPS);
        assertThat(live.admin("shop/with", "/peakmesh/endpoints"))
                .contains("svc|shop/plain|80")
                .contains(APPS.getFirst() + ":" + appPort);
        assertThat(live.admin("shop/with", "/config_dump")).contains("lb_policy_name");
        assertThat(live.ads().refusals()).isEmpty();
    }

    @Test
    void aSidecarWithoutTheModuleBalancesAllTheSame() throws Exception {
        Set<String> answered = new TreeSet<>();
        for (int i = 0; i < 50; i++) {
            answered.add(get(WITHOUT, "http://plain/").body());
        }

        assertThat(answered).containsExactlyElementsOf(APPS);
        assertThat(live.admin("shop/without", "/config_dump")).doesNotContain("lb_policy_name");
        assertThat(live.ads().refusals()).isEmpty();
    }

    @Test
    void anAppThatIsSlowIsAskedSeldom() throws Exception {
        int slow = 0;
        for (int i = 0; i < 60; i++) {
            slow += get(WITH, "http://slow/slow").body().equals(APPS.getLast()) ? 1 : 0;
        }

        assertThat(slow).isLessThan(6);
    }

    @Test
    void whatDoesNotConnectIsTriedOnceAndRetriedElsewhere() throws Exception {
        for (int i = 0; i < 30; i++) {
            assertThat(get(WITH, "http://dead/").statusCode()).isEqualTo(200);
        }
        assertThat(live.counter("shop/with", "cluster.svc|shop/dead|80.upstream_cx_connect_fail"))
                .isLessThan(6);
    }

    @Test
    void oneValueOfAHeaderGoesToOneApp() throws Exception {
        Set<String> all = new TreeSet<>();
        for (int user = 0; user < 20; user++) {
            Set<String> apps = new TreeSet<>();
            for (int i = 0; i < 3; i++) {
                apps.add(get(WITH, "http://ring/", "x-user", "user-" + user).body());
            }
            assertThat(apps).as("user %d", user).hasSize(1);
            all.addAll(apps);
        }
        assertThat(all).hasSizeGreaterThan(1);
    }

    @Test
    void aCallerWithoutTheCookieIsGivenOneThatKeepsItAtItsApp() throws Exception {
        HttpResponse<String> first = get(WITHOUT, "http://cookie/");
        String cookie = first.headers().firstValue("set-cookie").orElseThrow();
        assertThat(cookie).startsWith("basket=").contains("Path=/");

        for (int i = 0; i < 10; i++) {
            HttpResponse<String> next =
                    get(WITHOUT, "http://cookie/", "cookie", cookie.split(";", 2)[0]);
            assertThat(next.body()).isEqualTo(first.body());
            assertThat(next.headers().firstValue("set-cookie")).isEmpty();
        }
    }

    @Test
    void connectionsOfOneCallerGoToOneApp() throws Exception {
        Set<String> apps = new TreeSet<>();
        for (int i = 0; i < 10; i++) {
            apps.add(overLocalPort(WITH));
        }
        assertThat(apps).hasSize(1);
    }

    @Test
    void endpointsOfTheCallersZoneWeighMore() {
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> {
                    get(WITHOUT, "http://near/");
                    assertThat(live.admin("shop/without", "/clusters"))
                            .contains(weight("near", APPS.get(0), 8))
                            .contains(weight("near", APPS.get(1), 1));
                });
    }

    private static String weight(String service, String address, int weight) {
        return "svc|shop/%s|80::%s:%d::weight::%d".formatted(service, address, appPort, weight);
    }

    private static String overLocalPort(String caller) throws Exception {
        URI uri = URI.create("http://" + caller + ":" + port(caller, "local") + "/");
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.ofString(UTF_8))
                    .body();
        }
    }

    private static HttpResponse<String> get(String caller, String uri, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (HttpClient client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .proxy(ProxySelector.of(new InetSocketAddress(caller, port(caller, "out"))))
                        .build()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString(UTF_8));
        }
    }

    private static int port(String address, String use) {
        return PORTS.getOrDefault(address + use, 0);
    }

    private static HttpServer app(String address) throws IOException {
        HttpServer server =
                HttpServer.create(
                        new InetSocketAddress(InetAddress.ofLiteral(address), appPort), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/",
                exchange -> {
                    if (address.equals(APPS.getLast())
                            && exchange.getRequestURI().getPath().equals("/slow")) {
                        pause();
                    }
                    byte[] body = address.getBytes(UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        return server;
    }

    /** What the app does before it answers takes this long; nothing waits for it to be over. */
    private static void pause() {
        try {
            new CountDownLatch(1).await(200, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Mesh mesh() throws IOException {
        String endpoints =
                """
                [{address: %s, port: PORT, zone: a}, {address: %s, port: PORT, zone: b}, {address: %s, port: PORT, zone: b}]
                """
                        .formatted(APPS.get(0), APPS.get(1), APPS.get(2))
                        .strip();
        return MeshYaml.read(
                Yaml.parse(
                        """
                        settings: {ranges: [127.0.0.0/8, 10.0.0.0/8]}
                        services:
                          shop/plain: {ports: [80]}
                          shop/slow: {ports: [80]}
                          shop/dead: {ports: [80]}
                          shop/ring: {ports: [80], balancing: RING_HASH, hashOn: header x-user}
                          shop/cookie: {ports: [80], balancing: RING_HASH, hashOn: cookie basket}
                          shop/bytes: {ports: [7000 TCP], balancing: MAGLEV}
                          shop/near: {ports: [80], preferSameZone: true}
                        endpoints:
                          shop/plain: {80: ALL}
                          shop/slow: {80: ALL}
                          shop/dead: {80: [{address: FIRST, port: PORT}, {address: FIRST, port: DEAD}]}
                          shop/ring: {80: ALL}
                          shop/cookie: {80: ALL}
                          shop/bytes: {7000: ALL}
                          shop/near: {80: ALL}
                        workloads:
                          shop/with: {account: shop/web, addresses: [%s], proxy: mesh %d %d, localPorts: [%d shop/bytes 7000], zone: a}
                          shop/without: {account: shop/web, addresses: [%s], proxy: mesh %d %d, localPorts: [%d shop/bytes 7000], zone: a}
                        """
                                .formatted(
                                        WITH,
                                        port(WITH, "mesh"),
                                        port(WITH, "out"),
                                        port(WITH, "local"),
                                        WITHOUT,
                                        port(WITHOUT, "mesh"),
                                        port(WITHOUT, "out"),
                                        port(WITHOUT, "local"))
                                .replace("ALL", endpoints)
                                .replace("FIRST", APPS.getFirst())
                                .replace("DEAD", Integer.toString(deadPort()))
                                .replace("PORT", Integer.toString(appPort))));
    }

    private static int deadPort() throws IOException {
        return FreePort.on(APPS.getFirst());
    }
}
