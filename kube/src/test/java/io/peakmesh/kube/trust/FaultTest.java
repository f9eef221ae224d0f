package io.peakmesh.kube.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peakmesh.identity.attest.TokenReviewer;
import io.peakmesh.identity.state.IdentityException;
import io.peakmesh.kube.connect.ScriptedApi;
import io.peakmesh.kube.connect.ScriptedApi.Answer;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FaultTest {
    private static final String SECRET =
            "{\"type\": \"Opaque\", \"metadata\": {\"resourceVersion\": \"1\"}, \"data\": {%s}}";

    @Test
    void onlyAReviewThatWasMadeOrATokenThatIsMalformedIsANo() throws IOException {
        Map<Integer, Class<? extends TokenReviewer.Answer>> answers =
                Map.of(
                        0, TokenReviewer.Answer.Unavailable.class,
                        401, TokenReviewer.Answer.Unavailable.class,
                        403, TokenReviewer.Answer.Unavailable.class,
                        429, TokenReviewer.Answer.Unavailable.class,
                        500, TokenReviewer.Answer.Unavailable.class,
                        400, TokenReviewer.Answer.Rejected.class,
                        422, TokenReviewer.Answer.Rejected.class);
        for (var each : answers.entrySet()) {
            try (ScriptedApi server = new ScriptedApi(_ -> Answer.refusal(each.getKey(), "no"))) {
                assertThat(new TokenReviews(server.client()).review("t", "peakmesh"))
                        .as("HTTP %s", each.getKey())
                        .isInstanceOf(each.getValue());
            }
        }
    }

    @Test
    void anEntryWhoseWriteWasDoneButNotAnsweredIsItsOwn() throws IOException {
        String[] data = {""};
        try (ScriptedApi server =
                new ScriptedApi(asked -> {
                    if (asked.method().equals("PUT")) {
                        data[0] = "\"k\": \"bWluZQ==\"";
                        return Answer.of(0, "");
                    }
                    return Answer.of(200, SECRET.formatted(data[0]));
                })) {
            SecretState state = new SecretState(server.client(), "peakmesh", "peakmesh-ca");
            assertThat(state.publish("k", "mine")).isTrue();
            assertThat(state.publish("k", "mine")).isFalse();
            assertThat(state.read("k")).contains("mine");
        }
    }

    @Test
    void getsThroughAStormOfConflicts() throws IOException {
        try (ScriptedApi server =
                new ScriptedApi(asked ->
                        asked.method().equals("PUT") && asked.number() < 60
                                ? Answer.refusal(409, "modified")
                                : Answer.of(200, SECRET.formatted("")))) {
            SecretState state = new SecretState(server.client(), "peakmesh", "peakmesh-ca");
            assertThat(state.publish("k", "mine")).isTrue();
        }
    }

    @Test
    void refusesASecretThatIsNotOurs() throws IOException {
        try (ScriptedApi server =
                new ScriptedApi(_ ->
                        Answer.of(
                                200,
                                SECRET.formatted("").replace("Opaque", "kubernetes.io/tls")))) {
            SecretState state = new SecretState(server.client(), "peakmesh", "peakmesh-ca");
            assertThatThrownBy(() -> state.publish("k", "mine"))
                    .isInstanceOf(IdentityException.class)
                    .hasMessageContaining("Secret peakmesh/peakmesh-ca")
                    .hasMessageContaining("kubernetes.io/tls");
            assertThat(server.asked("PUT")).isZero();
        }
    }

    @Test
    void keepsBytesAsTheyAre() throws IOException {
        try (ScriptedApi server =
                new ScriptedApi(_ -> Answer.of(200, SECRET.formatted("\"k\": \"AP+AfwE=\"")))) {
            SecretState state = new SecretState(server.client(), "peakmesh", "peakmesh-ca");
            assertThat(state.read("k")).contains("\u0000\u00ff\u0080\u007f\u0001");
            assertThat(state.names("")).containsExactly("k");
            assertThat(state.names("x")).isEmpty();
        }
    }
}
