package io.peakmesh.kube.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peakmesh.kube.connect.ScriptedApi.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ApiTest {
    @Test
    void tellsARefusalInTheServersWordsAndWhatToDo() throws IOException {
        try (ScriptedApi server = new ScriptedApi(_ -> Answer.refusal(403, "pods is forbidden"))) {
            Reply reply = new Api(server.client()).get("/x");
            assertThat(reply.mayBeTakenLater()).isTrue();
            assertThatThrownBy(() -> reply.orThrow("read x"))
                    .isInstanceOf(ApiException.class)
                    .hasMessageContaining("cannot read x: pods is forbidden")
                    .hasMessageContaining("RBAC");
        }
    }

    @Test
    void heedsRetryAfterAndRepeatsNothingItself() throws IOException {
        try (ScriptedApi server = new ScriptedApi(_ -> new Answer(429, "busy", Optional.of("7")))) {
            Reply reply = new Api(server.client()).get("/x");
            assertThat(reply.retryAfter()).contains(Duration.ofSeconds(7));
            assertThat(reply.message()).isEqualTo("HTTP 429");
            assertThat(ApiException.asked(reply.refused("x"))).isEqualTo(Duration.ofSeconds(7));
            assertThat(server.asked()).hasSize(1);
        }
    }

    @Test
    void waitsNoLongerThanItsPatience() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        try (ScriptedApi server =
                new ScriptedApi(_ -> {
                    try {
                        end.await();
                    } catch (InterruptedException stop) {
                        Thread.currentThread().interrupt();
                    }
                    return Answer.of(200, "{}");
                })) {
            Api api = new Api(server.client()).within(Duration.ofMillis(100));
            assertThatThrownBy(() -> api.get("/x")).isInstanceOf(IOException.class);
            end.countDown();
        }
    }

    @Test
    void aCutConnectionIsNoAnswer() throws IOException {
        try (ScriptedApi server = new ScriptedApi(_ -> Answer.of(0, ""))) {
            Api api = new Api(server.client());
            assertThatThrownBy(() -> api.get("/x"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("127.0.0.1");
        }
    }

    @Test
    void readsOnlySaneValuesOfRetryAfter() {
        assertThat(Api.retryAfter(null)).isEmpty();
        assertThat(Api.retryAfter("Wed, 21 Oct 2026 07:28:00 GMT")).isEmpty();
        assertThat(Api.retryAfter("-1")).isEmpty();
        assertThat(Api.retryAfter("999999999")).contains(Duration.ofMinutes(5));
        assertThat(Api.retryAfter("99999999999999999999")).isEmpty();
    }
}
