package io.peakmesh.peakewma.module;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The module in stock Envoy, before small servers of this process. */
class EnvoyTest {
    private static final int REQUESTS = 60;

    private final List<HttpServer> servers = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** Never opens: what waits for it waits until its time is over. */
    private final CountDownLatch never = new CountDownLatch(1);

    @TempDir Path dir;

    @AfterEach
    void stopServers() {
        servers.forEach(server -> server.stop(0));
        threads.shutdownNow();
    }

    @Test
    void acceptsPolicyLoggerAndBootstrapExtension() throws Exception {
        String config =
                """
                {"decay_ms": 10000, "default_rtt_ms": 30, "failure_penalty_ms": 5000, "error_penalty_ms": 5000,
                 "max_retry_after_ms": 30000, "connections": false, "locality_weighted": true}\
                """;

        Envoy.Verdict verdict =
                Envoy.validate(dir, Envoy.bootstrap(Map.of("shop", List.of(1, 2)), config));

        assertThat(verdict.accepted()).as(verdict.output()).isTrue();
        assertThat(verdict.output()).contains("configuration").contains("OK");
    }

    @Test
    void refusesAFieldOutOfRangeAndNamesIt() throws Exception {
        Envoy.Verdict verdict =
                Envoy.validate(
                        dir, Envoy.bootstrap(Map.of("shop", List.of(1)), "{\"decay_ms\": 0}"));

        assertThat(verdict.accepted()).isFalse();
        assertThat(verdict.output())
                .contains(
                        "peakmesh: load-balancing policy refused: decay_ms must be a whole number"
                                + " from 1 to 600000");
    }

    @Test
    void refusesAnUnknownFieldAndNamesIt() throws Exception {
        Envoy.Verdict verdict =
                Envoy.validate(
                        dir, Envoy.bootstrap(Map.of("shop", List.of(1)), "{\"decay\": 5000}"));

        assertThat(verdict.accepted()).isFalse();
        assertThat(verdict.output())
                .contains("peakmesh: load-balancing policy refused: unknown field \"decay\"");
    }

    @Test
    void avoidsTheEndpointThatIsSlow() throws Exception {
        int slow = server(200, 300);
        try (Envoy envoy = start("slow", slow)) {
            assertThat(failures(envoy, "slow")).isZero();

            assertThat(picks(envoy, "slow", slow)).isLessThanOrEqualTo(REQUESTS / 6);
            assertThat(endpoint(envoy, "slow", slow).get("load_ms").asDouble()).isPositive();
        }
    }

    @Test
    void avoidsTheEndpointThatRefusesConnections() throws Exception {
        int refusing = freePort();
        try (Envoy envoy = start("refusing", refusing)) {
            assertThat(failures(envoy, "refusing")).isLessThanOrEqualTo(REQUESTS / 6);

            JsonNode endpoint = endpoint(envoy, "refusing", refusing);
            assertThat(endpoint.get("failures").asInt()).isBetween(1, REQUESTS / 6);
            assertThat(endpoint.get("samples").asInt()).isZero();
        }
    }

    @Test
    void avoidsTheEndpointThatAnswersWithErrors() throws Exception {
        int broken = server(503, 0);
        try (Envoy envoy = start("broken", broken)) {
            assertThat(failures(envoy, "broken")).isLessThanOrEqualTo(REQUESTS / 6);

            JsonNode endpoint = endpoint(envoy, "broken", broken);
            assertThat(endpoint.get("errors").asInt()).isBetween(1, REQUESTS / 6);
            assertThat(endpoint.get("cost_ms").asDouble()).isBetween(10.0, 30.0);
        }
    }

    @Test
    void countsATimeoutOfTheWholeRequestAsAFailure() throws Exception {
        try (ServerSocket hanging = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            try (Envoy envoy = start("hanging", hanging.getLocalPort())) {
                assertThat(failures(envoy, "hanging")).isLessThanOrEqualTo(REQUESTS / 6);

                assertThat(
                                endpoint(envoy, "hanging", hanging.getLocalPort())
                                        .get("failures")
                                        .asInt())
                        .isBetween(1, REQUESTS / 6);
            }
        }
    }

    @Test
    void spreadsConnectionsAndAvoidsTheEndpointThatRefusesThem() throws Exception {
        int refusing = freePort();
        List<Socket> open = new ArrayList<>();
        try (ServerSocket one = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                ServerSocket two = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            List<Integer> ports = List.of(one.getLocalPort(), two.getLocalPort(), refusing);
            try (Envoy envoy = Envoy.start(dir, Envoy.tcpBootstrap("tcp", ports))) {
                String[] listener = envoy.listener().split(":", 2);
                for (int i = 1; i <= 20; i++) {
                    open.add(new Socket(listener[0], Integer.parseInt(listener[1])));
                    awaitPicks(envoy, "tcp", i);
                }

                assertThat(endpoint(envoy, "tcp", refusing).get("failures").asInt())
                        .isBetween(1, 4);
                assertThat(endpoint(envoy, "tcp", refusing).get("outstanding").asInt()).isZero();
                for (int port : List.of(one.getLocalPort(), two.getLocalPort())) {
                    assertThat(endpoint(envoy, "tcp", port).get("outstanding").asInt())
                            .isBetween(6, 14);
                }
            }
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    /** Waits until so many connections were sent somewhere, and those that failed have failed. */
    private static void awaitPicks(Envoy envoy, String cluster, int expected) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> {
                    int picks = 0;
                    for (JsonNode endpoint : envoy.endpoints(cluster)) {
                        picks += endpoint.get("picks").asInt();
                    }
                    return picks == expected;
                });
    }

    @Test
    void showsEveryEndpointOfTheClusterThatIsAskedFor() throws Exception {
        int one = server(200, 0);
        Map<String, List<Integer>> clusters = Map.of("one", List.of(one), "two", List.of(1, 2));
        try (Envoy envoy = Envoy.start(dir, Envoy.bootstrap(clusters, "{}"))) {
            assertThat(envoy.request("one")).isEqualTo(200);

            JsonNode page = envoy.endpoints("one");
            assertThat(page).hasSize(1);
            JsonNode endpoint = page.get(0);
            assertThat(endpoint.get("address").asText()).isEqualTo("127.0.0.1:" + one);
            assertThat(endpoint.get("cluster").asText()).isEqualTo("one");
            assertThat(endpoint.get("picks").asInt()).isEqualTo(1);
            assertThat(endpoint.get("pick_share").asDouble()).isEqualTo(1);
            assertThat(endpoint.get("samples").asInt()).isEqualTo(1);
            assertThat(endpoint.get("outstanding").asInt()).isZero();
            assertThat(endpoint.get("tried").asBoolean()).isTrue();
            assertThat(envoy.endpoints("two")).hasSize(2);
            assertThat(envoy.endpoints("two").get(0).get("idle_ms").isNull()).isTrue();
            assertThat(envoy.endpoints("three")).isEmpty();
            assertThat(envoy.admin("/help")).contains("/peakmesh/endpoints");
        }
    }

    /** Two good endpoints and the one that the test is about. */
    private Envoy start(String cluster, int port) throws IOException {
        List<Integer> ports = List.of(server(200, 0), server(200, 0), port);
        return Envoy.start(dir, Envoy.bootstrap(Map.of(cluster, ports), "{\"decay_ms\": 60000}"));
    }

    private int failures(Envoy envoy, String cluster) throws Exception {
        int failures = 0;
        for (int i = 0; i < REQUESTS; i++) {
            failures += envoy.request(cluster) == 200 ? 0 : 1;
        }
        return failures;
    }

    private static int picks(Envoy envoy, String cluster, int port) throws Exception {
        return endpoint(envoy, cluster, port).get("picks").asInt();
    }

    private static JsonNode endpoint(Envoy envoy, String cluster, int port) throws Exception {
        for (JsonNode endpoint : envoy.endpoints(cluster)) {
            if (endpoint.get("address").asText().equals("127.0.0.1:" + port)) {
                return endpoint;
            }
        }
        throw new IllegalStateException("the page has no endpoint at port " + port);
    }

    private int server(int status, int delayMillis) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext(
                "/",
                exchange -> {
                    pause(delayMillis);
                    exchange.sendResponseHeaders(status, -1);
                    exchange.close();
                });
        server.start();
        servers.add(server);
        return server.getAddress().getPort();
    }

    private void pause(int millis) {
        try {
            if (never.await(millis, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("nobody opens it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A port at which nobody listens. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
