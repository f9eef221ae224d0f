package io.peakmesh.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.peakmesh.cli.terminal.HostPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DrainTest {
    private static final HostPort ANY = new HostPort("127.0.0.1", 0);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final HttpClient client = WayOut.straight().http();

    @AfterEach
    void close() {
        client.shutdownNow();
    }

    private CompletableFuture<HttpResponse<String>> ask(HttpApp app, String path) {
        return client.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + app.port() + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void anAppThatLeavesIsAliveButNotReadyAndStillAnswers() throws IOException {
        try (HttpApp app =
                HttpApp.start(ANY, (path, caller) -> new HttpApp.Answer(200, Map.of()))) {
            assertThat(ask(app, "/readyz").join().statusCode()).isEqualTo(200);

            app.leave();

            assertThat(ask(app, "/readyz").join().statusCode()).isEqualTo(503);
            assertThat(ask(app, "/healthz").join().statusCode()).isEqualTo(200);
            HttpResponse<String> answer = ask(app, "/").join();
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("connection")).hasValue("close");
        }
    }

    @Test
    void aRequestThatRunsIsAnsweredBeforeTheAppEnds() throws Exception {
        CountDownLatch came = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        HttpApp app =
                HttpApp.start(
                        ANY,
                        (path, caller) -> {
                            came.countDown();
                            waitFor(go);
                            return new HttpApp.Answer(200, Map.of("done", true));
                        });
        CompletableFuture<HttpResponse<String>> running = ask(app, "/");
        came.await();

        Thread drain = Thread.ofVirtual().start(() -> app.drain(LIMIT));
        await().until(() -> refused(app.port()));
        go.countDown();

        assertThat(running.join().body()).isEqualTo("{\"done\":true}");
        assertThat(drain.join(LIMIT.dividedBy(2))).isTrue();
    }

    private static boolean refused(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return !socket.isConnected();
        } catch (IOException e) {
            return true;
        }
    }

    private static void waitFor(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Test
    void aLedgerConnectionMayBeUsedToItsEnd() throws Exception {
        HostPort at = new HostPort("127.0.0.1", freePort());
        LedgerApp ledger =
                new LedgerApp(new Shop.Instance("ledger-1", "ledger", "", Shop.Kind.TCP, at));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), at.port());
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(
                                        socket.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(say(socket, in, "ADD 3")).isEqualTo("OK 3 ledger-1");
            Thread drain = drain(ledger);
            await().until(() -> refused(at.port()));

            assertThat(say(socket, in, "ADD 4")).isEqualTo("OK 7 ledger-1");
            assertThat(drain.isAlive()).isTrue();
            socket.shutdownOutput();
            assertThat(drain.join(LIMIT.dividedBy(2))).isTrue();
        }
    }

    private static Thread drain(App app) {
        return Thread.ofVirtual()
                .start(() -> {
                    try {
                        app.drain(LIMIT);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    private static String say(Socket socket, BufferedReader in, String line) throws IOException {
        socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        return in.readLine();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void theCustomersLastLineIsTheSumOfAllThatWasAnswered() throws Exception {
        AtomicInteger answered = new AtomicInteger();
        StringWriter text = new StringWriter();
        try (HttpApp web =
                HttpApp.start(
                        ANY,
                        (path, caller) ->
                                new HttpApp.Answer(
                                        answered.incrementAndGet() % 4 == 0 ? 502 : 200,
                                        Map.of(
                                                "caller", "spiffe://a",
                                                "catalogVersion", "v2",
                                                "catalogStatus", 403,
                                                "catalogReason", "denied")))) {
            Customers customers =
                    new Customers(
                            WayOut.through(new HostPort("127.0.0.1", web.port())),
                            200,
                            new PrintWriter(text));
            await().until(() -> text.toString().lines().count() >= 2);
            customers.drain(LIMIT);
        }

        ObjectMapper json = new ObjectMapper();
        List<String> lines = text.toString().lines().toList();
        JsonNode total = json.readTree(lines.getLast());
        long sum = 0;
        for (String line : lines.subList(0, lines.size() - 1)) {
            sum += json.readTree(line).path("requests").asLong(-1);
        }
        assertThat(total.path("total").asBoolean()).isTrue();
        assertThat(total.path("requests").asInt()).isEqualTo(answered.get()).isEqualTo((int) sum);
        assertThat(total.path("failed").asInt()).isEqualTo(answered.get() / 4);
        assertThat(total.path("failures").path("catalog 403 denied").asInt())
                .isEqualTo(answered.get() / 4);
        assertThat(total.path("callers").path("web").asText()).isEqualTo("spiffe://a");
    }

    @Test
    void aProcessEndsTheAppBeforeItsProbes() throws Exception {
        StringWriter order = new StringWriter();
        ShopProcess process =
                new ShopProcess(List.of(told("app", order), told("probes", order)), Duration.ZERO);

        process.finish(LIMIT);

        assertThat(order).hasToString("app leaves, probes leaves, app drains, probes drains, ");
    }

    private static App told(String name, StringWriter order) {
        return new App() {
            @Override
            public void leave() {
                order.append(name).append(" leaves, ");
            }

            @Override
            public void drain(Duration limit) {
                order.append(name).append(" drains, ");
            }

            @Override
            public void close() {
                throw new AssertionError("a crash");
            }
        };
    }

    @Test
    void aPlaceThatIsTakenIsNamed() throws IOException {
        try (HttpApp app = HttpApp.health(ANY)) {
            HostPort taken = new HostPort("127.0.0.1", app.port());
            Shop.Instance catalog = new Shop.Instance("c", "catalog", "v1", Shop.Kind.HTTP, taken);

            assertThatThrownBy(() ->
                            ShopProcess.serving(catalog, ANY, WayOut.straight(), Duration.ZERO))
                    .hasMessageContaining("cannot listen at " + taken);
        }
    }
}
