package io.peakmesh.xds.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.xds.server.delta.ProxyView;
import io.peakmesh.xds.translator.XdsType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server against a stock Envoy. */
class EnvoyTest {
    private static final WorkloadName CLIENT = new WorkloadName("ns", "client");

    @TempDir Path folder;

    private final InstantSource clock = InstantSource.system();
    private final int outbound = Envoy.freePort();
    private final Meshes meshes = new Meshes().workload("ns/client", "u1", outbound);
    private HttpServer blue;
    private HttpServer green;
    private XdsServer server;
    private Envoy envoy;

    @BeforeEach
    void start() throws IOException {
        blue = app("blue");
        green = app("green");
        meshes.service("ns/shop", 80).endpoints("ns/shop", blue.getAddress().getPort());
        server = serve(0);
        envoy = Envoy.start(folder, "ns/client", Tokens.of("ns/client", "u1"), server.port());
    }

    @AfterEach
    void stop() {
        envoy.close();
        server.close();
        blue.stop(0);
        green.stop(0);
    }

    private XdsServer serve(int port) throws IOException {
        return serve(port, new SmallTranslator());
    }

    private XdsServer serve(int port, SmallTranslator translator) throws IOException {
        XdsServerConfig config =
                XdsServerConfig.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                        .withDrain(Duration.ofMillis(50));
        XdsServer fresh =
                XdsServer.builder(
                                config,
                                translator,
                                new Tokens(),
                                new TestSecrets(clock),
                                clock,
                                new Random(1))
                        .build();
        fresh.start();
        fresh.publish(meshes.next());
        return fresh;
    }

    private static HttpServer app(String answer) throws IOException {
        HttpServer app =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        app.createContext(
                "/",
                exchange -> {
                    byte[] body = answer.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        app.start();
        return app;
    }

    /** The status and body of one request through the proxy. */
    private String get(String host) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), outbound)) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            String request = "GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            InputStream in = socket.getInputStream();
            String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            String status = answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length());
            return status + answer.substring(answer.lastIndexOf("\r\n") + 1).replace('\n', ' ');
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void awaitListener() {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(get("reserved.invalid")).startsWith("503"));
    }

    private ProxyView proxy() {
        Optional<ProxyView> proxy = server.status().proxy(CLIENT);
        assertThat(proxy).as("the proxy's stream").isPresent();
        return proxy.orElseThrow();
    }

    private ProxyView.OfType view(XdsType type) {
        return proxy().type(type);
    }

    @Test
    void fetchesHostClusterAndEndpointsOnTheFirstCall() {
        awaitListener();
        assertThat(view(XdsType.CLUSTER).held()).isEmpty();

        assertThat(get("shop.ns")).as(envoy::log).isEqualTo("200 blue");

        await().untilAsserted(() -> {
            assertThat(view(XdsType.CLUSTER).held()).containsOnlyKeys("ns/shop");
            assertThat(view(XdsType.ENDPOINT).held()).containsOnlyKeys("ns/shop");
            assertThat(view(XdsType.VIRTUAL_HOST).held()).containsKeys("outbound/shop.ns");
        });
        assertThat(proxy().node().orElseThrow().build()).startsWith("1.");
    }

    @Test
    void answersAnUnknownHostAtOnceAndServesItOnceItExists() {
        awaitListener();
        assertThat(get("later.ns")).startsWith("404");
        assertThat(get("later.ns")).startsWith("404");
        server.publish(
                meshes.service("ns/later", 80)
                        .endpoints("ns/later", green.getAddress().getPort())
                        .next());
        await().untilAsserted(() -> assertThat(get("later.ns")).isEqualTo("200 green"));
    }

    @Test
    void bringsAChangedEndpoint() {
        awaitListener();
        assertThat(get("shop.ns")).isEqualTo("200 blue");

        server.publish(meshes.endpoints("ns/shop", green.getAddress().getPort()).next());

        await().untilAsserted(() -> assertThat(get("shop.ns")).isEqualTo("200 green"));
    }

    @Test
    void sendsNothingAgainAfterARestartOfTheServer() throws IOException {
        awaitListener();
        assertThat(get("shop.ns")).isEqualTo("200 blue");
        await().untilAsserted(() -> assertThat(view(XdsType.ENDPOINT).settled()).isTrue());
        int port = server.port();

        server.close();
        assertThat(get("shop.ns")).isEqualTo("200 blue");
        server = serve(port);

        await().untilAsserted(() ->
                assertThat(proxy().types())
                        .containsKeys(
                                XdsType.CLUSTER,
                                XdsType.ENDPOINT,
                                XdsType.LISTENER,
                                XdsType.ROUTE,
                                XdsType.VIRTUAL_HOST));
        assertThat(view(XdsType.CLUSTER).held()).containsOnlyKeys("ns/shop");
        assertThat(server.status().counters().resourcesSent()).isZero();
        server.publish(meshes.endpoints("ns/shop", green.getAddress().getPort()).next());
        await().untilAsserted(() -> assertThat(get("shop.ns")).isEqualTo("200 green"));
        assertThat(server.status().counters().resourcesSent()).isEqualTo(1);
    }

    @Test
    void keepsTheLastGoodClusterWhenEnvoyRefusesTheNewOne() {
        awaitListener();
        assertThat(get("shop.ns")).isEqualTo("200 blue");
        await().untilAsserted(
                        () -> assertThat(view(XdsType.CLUSTER).held()).containsKey("ns/shop"));
        String good = view(XdsType.CLUSTER).held().get("ns/shop");

        server.publish(meshes.service("ns/shop", SmallTranslator.BAD_PORT).next());

        await().untilAsserted(() ->
                assertThat(view(XdsType.CLUSTER).rejected()).containsOnlyKeys("ns/shop"));
        assertThat(view(XdsType.CLUSTER).held()).containsEntry("ns/shop", good);
        assertThat(view(XdsType.CLUSTER).lastRejection()).contains("ns/shop");
        assertThat(server.status().rejected())
                .singleElement()
                .satisfies(q -> assertThat(q.text()).isNotEmpty());
        assertThat(get("shop.ns")).isEqualTo("200 blue");
        assertThat(server.status().counters().nacks()).isEqualTo(1);

        server.publish(meshes.service("ns/shop", 80).next());
        assertThat(get("shop.ns")).isEqualTo("200 blue");
    }

    @Test
    void bringsBackADeletedServiceWhenItReturns() {
        awaitListener();
        assertThat(get("shop.ns")).isEqualTo("200 blue");

        server.publish(meshes.withoutService("ns/shop").next());
        await().untilAsserted(() -> assertThat(view(XdsType.CLUSTER).held()).isEmpty());
        assertThat(get("shop.ns")).startsWith("404");

        server.publish(meshes.service("ns/shop", 80).next());
        await().untilAsserted(() -> assertThat(get("shop.ns")).isEqualTo("200 blue"));
    }

    /** Starts both anew: a proxy that says this of its module, which is not there. */
    private void restart(Set<XdsType> naming, String metadata) throws IOException {
        envoy.close();
        server.close();
        server = serve(0, new SmallTranslator(naming));
        envoy =
                Envoy.start(
                        folder, "ns/client", Tokens.of("ns/client", "u1"), server.port(), metadata);
    }

    private void assertFellBack(XdsType told) {
        await().untilAsserted(() -> assertThat(view(told).settled()).isTrue());
        assertThat(view(told).rejected()).isEmpty();
        assertThat(view(told).rejections()).isEqualTo(1);
        assertThat(server.status().counters().nacks()).isEqualTo(1);
        assertThat(server.status().rejected()).isEmpty();
        assertThat(proxy().balancer().peakEwma()).isFalse();
        assertThat(proxy().balancer().reason())
                .startsWith("Envoy refused the module: Failed to load dynamic module: ");
    }

    @Test
    void aProxyWhoseModuleIsMissingServesItsFirstCallWithoutIt() throws IOException {
        restart(Set.of(XdsType.LISTENER, XdsType.CLUSTER), "{peakmesh_lb: v1}");
        awaitListener();

        assertThat(get("shop.ns")).as(envoy::log).isEqualTo("200 blue");

        assertFellBack(XdsType.LISTENER);
        server.publish(meshes.endpoints("ns/shop", green.getAddress().getPort()).next());
        await().untilAsserted(() -> assertThat(get("shop.ns")).isEqualTo("200 green"));
    }

    /** Envoy answers the call that waits for a cluster with 503 when it refuses the cluster. */
    @Test
    void whereOnlyClustersNameTheMissingModuleOneCallFailsAtMost() throws IOException {
        restart(Set.of(XdsType.CLUSTER), "{peakmesh_lb: v1}");
        awaitListener();

        assertThat(get("shop.ns")).isIn("200 blue", "503 ");
        await().untilAsserted(
                        () -> assertThat(view(XdsType.CLUSTER).held()).containsKey("ns/shop"));

        assertThat(get("shop.ns")).as(envoy::log).isEqualTo("200 blue");
        assertFellBack(XdsType.CLUSTER);
    }

    @Test
    void sendsNoModuleToAProxyThatSaysThatItUsesNone() throws IOException {
        restart(
                Set.of(XdsType.CLUSTER),
                "{peakmesh_lb: none, peakmesh_lb_reason: no place for it}");
        awaitListener();

        assertThat(get("shop.ns")).as(envoy::log).isEqualTo("200 blue");

        assertThat(proxy().balancer().reason())
                .isEqualTo("the module is not used: no place for it");
        assertThat(server.status().counters().nacks()).isZero();
    }
}
