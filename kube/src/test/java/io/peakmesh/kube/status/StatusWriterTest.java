package io.peakmesh.kube.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peakmesh.kube.connect.ScriptedApi;
import io.peakmesh.kube.connect.ScriptedApi.Answer;
import io.peakmesh.kube.connect.ScriptedApi.Asked;
import io.peakmesh.smi.object.ObjectKey;
import io.peakmesh.smi.status.Condition;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class StatusWriterTest {
    private static final String VERSION = "split.smi-spec.io/v1alpha4";
    private static final ObjectKey SPLIT = new ObjectKey("TrafficSplit", "shop", "web");
    private static final Answer FOUND =
            Answer.of(200, "{\"metadata\": {\"uid\": \"u\", \"resourceVersion\": \"7\"}}");

    private static List<Condition> condition(String message) {
        Instant since = Instant.parse("2026-01-01T00:00:00.5Z");
        return List.of(new Condition("Accepted", "True", "Accepted", message, 3, since));
    }

    private static StatusWriter writer(ScriptedApi server) {
        StatusWriter writer = new StatusWriter(server.client(), InstantSource.system(), 1000, 100);
        writer.start();
        return writer;
    }

    private static Function<Asked, Answer> writesAnswer(Function<Long, Answer> answers) {
        long[] writes = new long[1];
        return asked -> asked.method().equals("GET") ? FOUND : answers.apply(++writes[0]);
    }

    @Test
    void writesInThePlaceOfWhatItHasRead() throws IOException {
        try (ScriptedApi server = new ScriptedApi(writesAnswer(_ -> FOUND));
                StatusWriter writer = writer(server)) {
            assertThat(writer.write(SPLIT, VERSION, "u", condition("fine"))).isTrue();
            await().until(() -> server.asked("PATCH") == 1 && writer.waiting() == 0);
            Asked patch = server.asked().getLast();
            assertThat(patch.path())
                    .startsWith(
                            "/apis/split.smi-spec.io/v1alpha4/namespaces/shop/trafficsplits/web/status?")
                    .contains("fieldManager=peakmesh");
            assertThat(patch.body())
                    .contains("\"resourceVersion\":\"7\"", "\"2026-01-01T00:00:00Z\"", "fine");
        }
    }

    @Test
    void leavesAnObjectThatWasMadeAnewAlone() throws IOException {
        try (ScriptedApi server = new ScriptedApi(writesAnswer(_ -> FOUND));
                StatusWriter writer = writer(server)) {
            writer.write(SPLIT, VERSION, "another", condition("fine"));
            await().until(() -> server.asked("GET") == 1 && writer.waiting() == 0);
            assertThat(server.asked("PATCH")).isZero();
        }
    }

    @Test
    void doesNotWriteWhatIsThere() throws IOException {
        String there =
                """
                {"metadata": {"uid": "u", "resourceVersion": "7"}, "status": {"conditions": [
                 {"type": "Accepted", "status": "True", "reason": "Accepted", "message": "fine",
                  "observedGeneration": 3, "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}
                """;
        try (ScriptedApi server = new ScriptedApi(_ -> Answer.of(200, there));
                StatusWriter writer = writer(server)) {
            writer.write(SPLIT, VERSION, "u", condition("fine"));
            await().until(() -> server.asked("GET") == 1 && writer.waiting() == 0);
            assertThat(server.asked("PATCH")).isZero();
            writer.write(SPLIT, VERSION, "u", condition("finer"));
            await().until(() -> server.asked("PATCH") == 1);
        }
    }

    @Test
    void looksAgainAfterAConflictButNotForEver() throws IOException {
        try (ScriptedApi server =
                        new ScriptedApi(writesAnswer(_ -> Answer.refusal(409, "modified")));
                StatusWriter writer = writer(server)) {
            writer.write(SPLIT, VERSION, "u", condition("fine"));
            await().until(() -> server.asked("PATCH") == 5 && writer.waiting() == 0);
            assertThat(server.asked("GET")).isEqualTo(5);
        }
    }

    @Test
    void triesAgainWhenTheServerIsBackAndWritesTheNewest() throws IOException {
        try (ScriptedApi server =
                        new ScriptedApi(
                                writesAnswer(n -> n == 1 ? Answer.refusal(503, "away") : FOUND));
                StatusWriter writer = writer(server)) {
            writer.write(SPLIT, VERSION, "u", condition("old"));
            await().until(() -> server.asked("PATCH") == 1);
            writer.write(SPLIT, VERSION, "u", condition("new"));
            await().until(() -> server.asked("PATCH") == 2 && writer.waiting() == 0);
            assertThat(server.asked().getLast().body()).contains("new");
        }
    }

    @Test
    void takesNothingWhileItIsStoppedNorForOtherKinds() throws IOException {
        try (ScriptedApi server = new ScriptedApi(writesAnswer(_ -> FOUND));
                StatusWriter writer = writer(server)) {
            assertThat(writer.write(new ObjectKey("Pod", "shop", "x"), "v1", "u", List.of()))
                    .isFalse();
            writer.stop();
            assertThat(writer.write(SPLIT, VERSION, "u", condition("fine"))).isFalse();
            assertThat(server.asked()).isEmpty();
        }
    }

    @Test
    void whatIsGoneIsNotWrittenAnyMore() throws IOException {
        ObjectKey other = new ObjectKey("TrafficSplit", "shop", "other");
        try (ScriptedApi server = new ScriptedApi(writesAnswer(_ -> FOUND));
                StatusWriter slow =
                        new StatusWriter(server.client(), InstantSource.system(), 0.001, 1)) {
            slow.start();
            slow.write(SPLIT, VERSION, "u", condition("fine"));
            slow.write(other, VERSION, "u", condition("fine"));
            await().until(() -> slow.waiting() == 1);
            slow.forget(Set.of(other));

            assertThat(slow.waiting()).isZero();
        }
    }
}
