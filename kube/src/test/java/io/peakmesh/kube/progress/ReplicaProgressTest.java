package io.peakmesh.kube.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peakmesh.kube.connect.ScriptedApi;
import io.peakmesh.kube.connect.ScriptedApi.Answer;
import io.peakmesh.kube.progress.ReplicaProgress.Entry;
import io.peakmesh.smi.object.ObjectKey;
import io.peakmesh.smi.status.Programmed;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReplicaProgressTest {
    private static final ObjectKey SPLIT = new ObjectKey("TrafficSplit", "shop", "web");
    private static final Entry ONE = new Entry(1, new Programmed(1, 1, List.of()));
    private static final String FOLDER = "/api/v1/namespaces/peakmesh/configmaps";
    private static final Answer WRITTEN = Answer.of(200, "{\"metadata\": {\"uid\": \"u\"}}");
    private static final Answer OTHERS =
            Answer.of(
                    200,
                    """
                    {"items": [
                     {"metadata": {"name": "peakmesh-progress-me", "uid": "u"},
                      "data": {"beat": "1", "progress.json": "{\\"TrafficSplit/shop/web\\":[1,9,9]}"}},
                     {"metadata": {"name": "peakmesh-progress-b", "uid": "v"},
                      "data": {"beat": "4", "progress.json": "{\\"TrafficSplit/shop/web\\":[1,1,1]}"}},
                     {"metadata": {"name": "peakmesh-progress-c", "uid": "w"}, "data": null},
                     {"metadata": {"name": "not-ours", "uid": "x"}},
                     null]}
                    """);

    private final AtomicLong nanos = new AtomicLong();

    private ReplicaProgress of(ScriptedApi server) {
        return new ReplicaProgress(
                server.client(), "peakmesh", "me", nanos::get, Duration.ofMillis(50));
    }

    @Test
    void oneThatDoesNotLeadWritesWhatDiffersAndABeat() throws IOException {
        try (ScriptedApi server = new ScriptedApi(_ -> WRITTEN);
                ReplicaProgress progress = of(server)) {
            assertThat(progress.publish(Map.of(SPLIT, ONE))).isTrue();
            progress.start();
            await().until(() -> server.asked("PATCH") == 1);
            assertThat(server.asked().getFirst().path())
                    .startsWith(FOLDER + "/peakmesh-progress-me?");
            assertThat(server.asked().getFirst().body())
                    .contains("\"app.kubernetes.io/managed-by\":\"peakmesh\"")
                    .contains("\"peakmesh.io/progress\":\"true\"")
                    .contains("\"beat\":\"1\"")
                    .contains("TrafficSplit/shop/web\\\":[1,1,1]");

            progress.publish(Map.of());
            await().until(() -> server.asked("PATCH") == 2);
            assertThat(server.asked().getLast().body()).contains("\"progress.json\":\"{}\"");

            nanos.addAndGet(Duration.ofSeconds(15).toNanos());
            await().until(() -> server.asked("PATCH") == 3);
            assertThat(server.asked().getLast().body()).contains("\"beat\":\"3\"");
            assertThat(server.asked("GET")).isZero();
        }
    }

    @Test
    void theOwnConfigMapGoesWithTheReplica() throws IOException {
        try (ScriptedApi server = new ScriptedApi(_ -> WRITTEN)) {
            ReplicaProgress progress = of(server);
            progress.publish(Map.of(SPLIT, ONE));
            progress.start();
            await().until(() -> server.asked("PATCH") == 1);
            progress.close();
            assertThat(server.asked("DELETE")).isEqualTo(1);
            assertThat(server.asked().getLast().path()).isEqualTo(FOLDER + "/peakmesh-progress-me");
            assertThat(server.asked().getLast().body()).contains("\"uid\":\"u\"");
        }
    }

    @Test
    void theLeaderReadsTheOthersAndTakesItsOwnAway() throws IOException {
        try (ScriptedApi server = new ScriptedApi(_ -> OTHERS);
                ReplicaProgress progress = of(server)) {
            progress.start();
            assertThat(progress.known()).isFalse();
            progress.lead();
            await().until(() -> server.asked("DELETE") >= 1);
            assertThat(progress.known()).isTrue();
            assertThat(progress.others()).isEqualTo(Map.of(SPLIT, List.of(ONE)));
            assertThat(server.asked().getFirst().path())
                    .startsWith(FOLDER + "?")
                    .contains("labelSelector=app.kubernetes.io%2Fmanaged-by%3Dpeakmesh%2C");
            assertThat(server.asked())
                    .filteredOn(asked -> asked.method().equals("DELETE"))
                    .allSatisfy(asked -> assertThat(asked.path()).endsWith("-me"));
            assertThat(progress.publish(Map.of(SPLIT, ONE))).isFalse();

            progress.follow();
            assertThat(progress.publish(Map.of(SPLIT, ONE))).isTrue();
            await().until(() -> server.asked("PATCH") == 1);
        }
    }

    @Test
    void theLeaderTakesAwayWhatWasSilentForMinutes() throws IOException {
        try (ScriptedApi server = new ScriptedApi(_ -> OTHERS);
                ReplicaProgress progress = of(server)) {
            progress.lead();
            await().until(progress::known);
            nanos.addAndGet(Duration.ofMinutes(5).toNanos());
            assertThat(progress.others()).isEmpty();
            await().until(() ->
                    server.asked().stream()
                            .anyMatch(asked ->
                                    asked.method().equals("DELETE")
                                            && asked.path().endsWith("-b")
                                            && asked.body().contains("\"uid\":\"v\"")));
        }
    }

    @Test
    void aLeaderThatMayNotReadKnowsThatItKnowsNothingMore() throws IOException {
        try (ScriptedApi server = new ScriptedApi(_ -> Answer.refusal(403, "forbidden"));
                ReplicaProgress progress = of(server)) {
            progress.lead();
            await().until(progress::known);
            assertThat(progress.others()).isEmpty();
        }
    }

    @Test
    void whatTheServerRefusedIsWrittenWhenItTakesItAgain() throws IOException {
        try (ScriptedApi server =
                        new ScriptedApi(asked ->
                                asked.number() < 3 ? Answer.refusal(503, "away") : WRITTEN);
                ReplicaProgress progress = of(server)) {
            progress.publish(Map.of(SPLIT, ONE));
            progress.start();
            await().until(() -> server.asked("PATCH") == 3);
        }
    }
}
