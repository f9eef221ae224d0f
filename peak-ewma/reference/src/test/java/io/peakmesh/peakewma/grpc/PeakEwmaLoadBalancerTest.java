package io.peakmesh.peakewma.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PeakEwmaLoadBalancerTest {
    private static final long PATIENT = 20_000;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        timer.shutdownNow();
    }

    @Test
    void sendsNearlyNothingToTheSlowOneOfThree() throws Exception {
        TestServer one = server(TestServer::answer);
        TestServer two = server(TestServer::answer);
        TestServer slow = server(response -> answerIn(200, response));
        TestClient client = client(Map.of(), one, two, slow);
        assertThat(client.call(600, PATIENT)).isEqualTo(600);
        assertThat(slow.calls()).isBetween(1, 30);
        assertThat(one.calls()).isGreaterThan(100);
        assertThat(two.calls()).isGreaterThan(100);
    }

    @Test
    void leavesOneThatAnswersUnavailableAtOnce() throws Exception {
        TestServer broken =
                server(response -> response.onError(Status.UNAVAILABLE.asRuntimeException()));
        TestClient client =
                client(
                        Map.of("error_penalty_ms", 60_000.0),
                        server(TestServer::answer),
                        server(TestServer::answer),
                        broken);
        int good = client.call(600, PATIENT);
        assertThat(broken.calls()).isBetween(1, 12);
        assertThat(good).isEqualTo(600 - broken.calls());
    }

    @Test
    void leavesOneThatHangs() throws Exception {
        AtomicBoolean hangs = new AtomicBoolean();
        TestServer hung =
                server(response -> {
                    if (!hangs.get()) {
                        TestServer.answer(response);
                    }
                });
        TestClient client =
                client(
                        Map.of("failure_penalty_ms", 60_000.0),
                        server(TestServer::answer),
                        server(TestServer::answer),
                        hung);
        assertThat(client.call(60, PATIENT)).isEqualTo(60);
        hangs.set(true);
        int before = hung.calls();
        await().atMost(Duration.ofSeconds(60)).until(() -> client.call(8, 1_000) < 8);
        int after = hung.calls();
        assertThat(after - before).isBetween(1, 4);
        assertThat(client.call(300, PATIENT)).isEqualTo(300);
        assertThat(hung.calls()).isEqualTo(after);
    }

    @Test
    void leavesAKilledOneAndUsesItAgainWhenItIsBack() throws Exception {
        TestServer one = server(TestServer::answer);
        TestServer two = server(TestServer::answer);
        TestClient client = client(Map.of("failure_penalty_ms", 50.0), one, two);
        assertThat(client.call(100, PATIENT)).isEqualTo(100);
        two.kill();
        int lost = 300 - client.call(300, PATIENT);
        assertThat(lost).isLessThanOrEqualTo(8);
        int before = two.calls();
        two.restart();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> client.one(PATIENT) && two.calls() > before);
    }

    @Test
    void failsCallsWithTheReasonIfNoneCanBeConnectedTo() throws Exception {
        TestServer gone = server(TestServer::answer);
        gone.kill();
        TestClient client = client(Map.of(), gone);
        assertThat(client.one(PATIENT)).isFalse();
        gone.restart();
        await().atMost(Duration.ofSeconds(30)).until(() -> client.one(PATIENT));
    }

    @Test
    void keepsWhatItKnowsOfAnEndpointWhenTheAddressesChange() throws Exception {
        TestServer broken =
                server(response -> response.onError(Status.INTERNAL.asRuntimeException()));
        TestServer one = server(TestServer::answer);
        TestServer two = server(TestServer::answer);
        TestClient client = client(Map.of("error_penalty_ms", 60_000.0), broken, one);
        client.call(60, PATIENT);
        int before = broken.calls();
        assertThat(before).isPositive();
        client.addresses.change(TestAddresses.of(two, one, broken));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> client.call(20, PATIENT) == 20 && two.calls() > 0);
        assertThat(broken.calls()).isEqualTo(before);
        client.addresses.change(TestAddresses.of(two));
        int left = one.calls();
        await().atMost(Duration.ofSeconds(30)).until(() -> addedCalls(client, one, left));
    }

    private static boolean addedCalls(TestClient client, TestServer server, int since)
            throws InterruptedException {
        int before = server.calls();
        return client.call(20, PATIENT) == 20 && server.calls() == before && before >= since;
    }

    @Test
    void prefersTheHeavierOneOfEquals() throws Exception {
        TestServer light = server(response -> answerIn(5, response));
        TestServer heavy = server(response -> answerIn(5, response));
        TestClient client =
                new TestClient(
                        Map.of(),
                        List.of(
                                TestAddresses.weighted(light, 1),
                                TestAddresses.weighted(heavy, 1_000)));
        open.add(client);
        client.call(200, PATIENT);
        assertThat(heavy.calls()).isGreaterThan(10 * light.calls());
    }

    @Test
    void connectsToEachAddressOnceAndServesAnAddressGivenTwice() throws Exception {
        TestServer one = server(TestServer::answer);
        TestClient client = client(Map.of(), one, one);
        assertThat(client.call(20, PATIENT)).isEqualTo(20);
        assertThat(one.calls()).isEqualTo(20);
    }

    private void answerIn(long millis, StreamObserver<byte[]> response) {
        ScheduledFuture<?> later =
                timer.schedule(() -> TestServer.answer(response), millis, TimeUnit.MILLISECONDS);
        assertThat(later.isCancelled()).isFalse();
    }

    private TestServer server(Consumer<StreamObserver<byte[]>> behaviour) throws IOException {
        TestServer server = new TestServer(behaviour);
        open.add(server);
        return server;
    }

    private TestClient client(Map<String, ?> config, TestServer... servers) {
        TestClient client = new TestClient(config, TestAddresses.of(servers));
        open.add(client);
        return client;
    }
}
