package io.peakmesh.xds.translator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.peakmesh.model.Mesh;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two sidecars without redirect on loopback addresses, from bootstrap to an app's answer. */
class LiveEnvoyTest {
    private static final String WEB = "127.0.11.1";
    private static final String CATALOG = "127.0.11.2";
    private static final String OLD = "127.0.11.3";
    private static final Map<String, Integer> PORTS = new HashMap<>();

    @TempDir static Path dir;
    private static LiveMesh live;
    private static HttpServer catalog;
    private static HttpServer old;
    private static Server health;
    private static ServerSocket greeter;
    private static ServerSocket secondGreeter;

    @BeforeAll
    static void startTwoSidecars() throws IOException {
        for (String use : new String[] {"webMesh", "webOut", "webLocal", "webSplit"}) {
            PORTS.put(use, FreePort.on(WEB));
        }
        PORTS.put("catalogMesh", FreePort.on(CATALOG));
        PORTS.put("catalogOut", FreePort.on(CATALOG));
        PORTS.put("dead", FreePort.on(CATALOG));
        catalog = app(CATALOG, "catalog");
        old = app(OLD, "old");
        health =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(InetAddress.ofLiteral(CATALOG), 0))
                        .addService(new HealthStatusManager().getHealthService())
                        .build()
                        .start();
        greeter = greeter(CATALOG, "hello from 1");
        secondGreeter = greeter(OLD, "hello from 2");
        live = new LiveMesh(dir, mesh(""));
        live.start("shop/catalog-1");
        live.start("shop/web-1");
    }

    @AfterAll
    static void stop() throws IOException {
        if (live != null) {
            live.close();
        }
        catalog.stop(0);
        old.stop(0);
        health.shutdownNow();
        greeter.close();
        secondGreeter.close();
    }

    @BeforeEach
    void nothingIsEnforced() throws IOException {
        live.ads().publish(mesh(""));
        try {
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> {
                        assertThat(greeting()).isEqualTo("hello from 1");
                        assertThat(get("http://catalog/admin").statusCode()).isEqualTo(200);
                    });
        } catch (ConditionTimeoutException late) {
            throw new AssertionError(late.getMessage() + live.lastWords(), late);
        }
    }

    @Test
    void firstCallOfAServiceIsAnsweredAndTheAppSeesWhoCalled() throws Exception {
        HttpResponse<String> answer = get("http://catalog/hello");

        assertThat(answer.body()).startsWith("catalog /hello");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("URI=spiffe://cluster.local/ns/shop/sa/web");
        assertThat(answer.body()).doesNotContain("x-peakmesh-dst").doesNotContain("x-envoy");
        assertThat(live.credentials())
                .contains("Bearer token-of-web-1")
                .allMatch(c -> c.startsWith("Bearer token-of-"));
        assertThat(live.ads().refusals()).isEmpty();
    }

    @Test
    void everyFormOfTheNameReachesTheService() throws Exception {
        for (String host :
                new String[] {
                    "catalog.shop",
                    "Catalog.Shop:80",
                    "catalog.shop.svc:80",
                    "catalog.shop.svc.cluster.local",
                    "10.96.0.1"
                }) {
            assertThat(get("http://" + host + "/").body()).as(host).startsWith("catalog /");
        }
    }

    @Test
    void aCallerCannotNameTheClusterItself() throws Exception {
        HttpResponse<String> answer =
                send(
                        HttpRequest.newBuilder(URI.create("http://no-such-host.invalid/"))
                                .header("x-peakmesh-dst", "svc|shop/catalog|80")
                                .build());

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("nothing is ready to answer for no-such-host.invalid");
    }

    @Test
    void aServiceThatIsMissingIsNamed() throws Exception {
        HttpResponse<String> answer = get("http://missing.shop.svc.cluster.local/");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).isEqualTo("peakmesh: no service missing in namespace shop\n");
    }

    @Test
    void whatIsNoServiceIsCalledAsTheAppWantedIt() throws Exception {
        int port = old.getAddress().getPort();

        assertThat(get("http://127.0.11.3:" + port + "/x").body()).startsWith("old /x");
        assertThat(get("http://localhost:1/").statusCode()).isEqualTo(503);
    }

    @Test
    void anUnmeshedEndpointIsCalledInPlaintext() throws Exception {
        assertThat(get("http://old/y").body()).startsWith("old /y").doesNotContain("URI=");
    }

    @Test
    void anEnforcedPolicyAnswers403WithTheReasonAndCountsIt() throws Exception {
        live.ads().publish(mesh(ENFORCED));
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(
                        () -> assertThat(get("http://catalog/admin").statusCode()).isEqualTo(403));

        assertThat(get("http://catalog/admin?secret=1").body())
                .startsWith(
                        "peakmesh: denied by policy: no TrafficTarget lets"
                                + " spiffe://cluster.local/ns/shop/sa/web call GET /admin")
                .contains("at shop/catalog-1:")
                .contains("mesh diagnostics policy shop/catalog-1");
        int port = catalog.getAddress().getPort();
        assertThat(live.counter("shop/catalog-1", "http.inbound_" + port + ".rbac.denied"))
                .isGreaterThan(0);
        assertThat(get("http://catalog/api/v1").statusCode()).isEqualTo(200);
        assertThat(get("http://catalog/apix?y=/admin").statusCode()).isEqualTo(200);
        assertThat(get("http://catalog//api").statusCode()).isEqualTo(200);
        assertThat(get("http://catalog/api/../admin").statusCode()).isEqualTo(403);
        assertThat(get("http://catalog/api/..%2Fadmin").statusCode()).isEqualTo(400);
        assertThat(
                        send(HttpRequest.newBuilder(URI.create("http://catalog/api"))
                                        .DELETE()
                                        .build())
                                .statusCode())
                .isEqualTo(403);
    }

    @Test
    void aChangeOfPolicyHoldsFromTheNextRequestOfAnOpenConnection() throws Exception {
        try (HttpClient client = client()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create("http://catalog/admin")).build();
            var body = HttpResponse.BodyHandlers.discarding();
            assertThat(client.send(request, body).statusCode()).isEqualTo(200);
            String handshakes = "listener.inbound.ssl.handshake";
            long before = live.counter("shop/catalog-1", handshakes);
            live.ads().publish(mesh(ENFORCED));
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> client.send(request, body).statusCode() == 403);
            assertThat(live.counter("shop/catalog-1", handshakes)).isEqualTo(before);
        }
    }

    @Test
    void aTcpGrantOpensThePortToRequestsToo() throws Exception {
        live.ads().publish(mesh(TCP_GRANTED));
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(greeting()).isEmpty());

        assertThat(get("http://catalog/admin").statusCode()).isEqualTo(200);
    }

    @Test
    void aPermissiveNamespaceOnlyCountsWhatPolicyWouldDeny() throws Exception {
        live.ads().publish(mesh(ENFORCED.replace("ENFORCING", "PERMISSIVE")));
        String counter = "http.inbound_" + catalog.getAddress().getPort() + ".rbac.shadow_denied";
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> {
                    assertThat(get("http://catalog/admin").statusCode()).isEqualTo(200);
                    assertThat(live.counter("shop/catalog-1", counter)).isPositive();
                });
    }

    @Test
    void whatCannotHaveReachedAnAppIsSentToAnotherInstance() throws Exception {
        for (int i = 0; i < 20; i++) {
            HttpResponse<String> answer = get("http://flaky/" + i);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.headers().firstValue("x-peakmesh-unsent")).isEmpty();
        }
        assertThat(live.counter("shop/web-1", "cluster.svc|shop/flaky|80.upstream_rq_retry"))
                .isPositive();
        HttpResponse<String> dead = get("http://dead/");
        assertThat(dead.statusCode()).isEqualTo(503);
        assertThat(dead.body()).contains("the app at shop/catalog-1").contains("does not take");
    }

    @Test
    void aSplitSharesRequestsAmongItsBackends() throws Exception {
        Set<String> seen = new TreeSet<>();
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> {
                    seen.add(get("http://split/").body().split(" ", 2)[0]);
                    assertThat(seen).containsExactly("catalog", "old");
                });
    }

    @Test
    void aSplitSharesConnectionsAmongItsBackends() {
        Set<String> seen = new TreeSet<>();
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> {
                    seen.add(greeting("webSplit"));
                    assertThat(seen).containsExactly("hello from 1", "hello from 2");
                });
    }

    @Test
    void grpcGoesThroughAndIsDeniedAsPermissionDenied() throws Exception {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress(WEB, port("webOut"))
                        .overrideAuthority("health.shop:9000")
                        .usePlaintext()
                        .build();
        try {
            var stub = HealthGrpc.newBlockingStub(channel);
            var request = HealthCheckRequest.getDefaultInstance();
            assertThat(stub.check(request).getStatus())
                    .isEqualTo(HealthCheckResponse.ServingStatus.SERVING);

            live.ads().publish(mesh(ENFORCED));
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> statusOf(stub).getCode() == Status.Code.PERMISSION_DENIED);
            assertThat(statusOf(stub).getDescription()).contains("no TrafficTarget lets");
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void aServerThatSpeaksFirstSaysNothingToACallerThatPolicyDenies() throws Exception {
        assertThat(greeting()).isEqualTo("hello from 1");

        live.ads().publish(mesh(ENFORCED));

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(greeting()).isEmpty());
    }

    private static Status statusOf(HealthGrpc.HealthBlockingStub stub) {
        try {
            stub.check(HealthCheckRequest.getDefaultInstance());
            return Status.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
    }

    private static String greeting() throws IOException {
        return greeting("webLocal");
    }

    private static String greeting(String localPort) throws IOException {
        try (Socket socket = new Socket(WEB, port(localPort));
                InputStream in = socket.getInputStream()) {
            socket.setSoTimeout(3000);
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private static ServerSocket greeter(String address, String greeting) throws IOException {
        ServerSocket server = new ServerSocket(0, 10, InetAddress.ofLiteral(address));
        Thread.ofVirtual().start(() -> greetAll(server, greeting));
        return server;
    }

    private static void greetAll(ServerSocket server, String greeting) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                socket.getOutputStream().write(greeting.getBytes(UTF_8));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static HttpResponse<String> get(String uri) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(uri)).build());
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        try (HttpClient client = client()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString(UTF_8));
        }
    }

    private static HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .proxy(ProxySelector.of(new InetSocketAddress(WEB, port("webOut"))))
                .build();
    }

    private static HttpServer app(String address, String name) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(address), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    StringBuilder body = new StringBuilder(name);
                    body.append(' ').append(exchange.getRequestURI()).append('\n');
                    exchange.getRequestHeaders()
                            .forEach((key, values) ->
                                    body.append(key.toLowerCase(java.util.Locale.ROOT))
                                            .append(": ")
                                            .append(values)
                                            .append('\n'));
                    byte[] bytes = body.toString().getBytes(UTF_8);
                    exchange.sendResponseHeaders(200, bytes.length);
                    exchange.getResponseBody().write(bytes);
                    exchange.close();
                });
        server.start();
        return server;
    }

    private static int port(String use) {
        return PORTS.getOrDefault(use, 0);
    }

    private static final String ENFORCED =
            """
            namespaces: {shop: {access: ENFORCING, unmeshed: DENY}}
            targets:
            - name: shop/web
              destination: shop/catalog
              sources: [shop/web]
              grants: [{kind: http, matches: [{name: api, path: /api, methods: GET}]}]
            """;

    private static final String TCP_GRANTED =
            """
            namespaces: {shop: {access: ENFORCING, unmeshed: DENY}}
            targets:
            - {name: shop/web, destination: shop/catalog, sources: [shop/web], grants: [{kind: tcp, ports: [HTTPPORT]}]}
            """;

    private static Mesh mesh(String more) {
        String yaml =
                """
                settings: {ranges: [127.0.0.0/8, 10.0.0.0/8]}
                services:
                  shop/catalog: {ports: [80], addresses: [10.96.0.1]}
                  shop/health: {ports: [9000 GRPC], addresses: [10.96.0.2]}
                  shop/greeter: {ports: [7000 TCP], addresses: [10.96.0.3]}
                  shop/old: {ports: [80], addresses: [10.96.0.4]}
                  shop/flaky: {ports: [80], addresses: [10.96.0.5]}
                  shop/dead: {ports: [80], addresses: [10.96.0.6]}
                  shop/split: {ports: [80], addresses: [10.96.0.7]}
                  shop/both: {ports: [7000 TCP], addresses: [10.96.0.8]}
                  shop/greeter2: {ports: [7000 TCP], addresses: [10.96.0.9]}
                splits:
                - {name: shop/s, root: shop/split, backends: [shop/catalog 1, shop/old 1]}
                - {name: shop/b, root: shop/both, backends: [shop/greeter 1, shop/greeter2 1]}
                workloads:
                  shop/web-1: {account: shop/web, addresses: [WEB], proxy: mesh webMesh webOut, localPorts: [webLocal shop/greeter 7000, webSplit shop/both 7000]}
                  shop/catalog-1: {account: shop/catalog, addresses: [CATALOG], proxy: mesh catalogMesh catalogOut, ports: [HTTP, GRPC GRPC, TCP TCP, DEAD]}
                  shop/old-1: {addresses: [OLD], proxy: none}
                endpoints:
                  shop/catalog: {80: [{workload: shop/catalog-1, port: HTTP}]}
                  shop/health: {9000: [{workload: shop/catalog-1, port: GRPC}]}
                  shop/greeter: {7000: [{workload: shop/catalog-1, port: TCP}]}
                  shop/greeter2: {7000: [{workload: shop/old-1, port: SECOND}]}
                  shop/old: {80: [{workload: shop/old-1, port: OLDPORT}]}
                  shop/flaky: {80: [{workload: shop/catalog-1, port: DEAD}, {workload: shop/old-1, port: OLDPORT}]}
                  shop/dead: {80: [{workload: shop/catalog-1, port: DEAD}]}
                """;
        yaml =
                yaml.replace("[WEB]", "[" + WEB + "]")
                        .replace("[CATALOG]", "[" + CATALOG + "]")
                        .replace("[OLD]", "[" + OLD + "]")
                        .replace("OLDPORT", Integer.toString(old.getAddress().getPort()))
                        .replace(
                                "[HTTP, GRPC GRPC, TCP TCP, DEAD]",
                                "[%d, %d GRPC, %d TCP, DEAD]"
                                        .formatted(
                                                catalog.getAddress().getPort(),
                                                health.getPort(),
                                                greeter.getLocalPort()))
                        .replace("port: HTTP", "port: " + catalog.getAddress().getPort())
                        .replace("port: GRPC", "port: " + health.getPort())
                        .replace("port: TCP", "port: " + greeter.getLocalPort());
        for (Map.Entry<String, Integer> port : PORTS.entrySet()) {
            if (port.getKey().equals("dead")) {
                continue;
            }
            yaml = yaml.replace(port.getKey(), port.getValue().toString());
        }
        String all =
                (yaml + more)
                        .replace("DEAD", Integer.toString(port("dead")))
                        .replace("SECOND", Integer.toString(secondGreeter.getLocalPort()))
                        .replace("HTTPPORT", Integer.toString(catalog.getAddress().getPort()));
        return MeshYaml.read(Yaml.parse(all));
    }
}
