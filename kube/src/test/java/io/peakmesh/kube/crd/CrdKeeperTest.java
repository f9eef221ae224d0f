package io.peakmesh.kube.crd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.peakmesh.kube.connect.ScriptedApi;
import io.peakmesh.kube.connect.ScriptedApi.Answer;
import io.peakmesh.kube.connect.ScriptedApi.Asked;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CrdKeeperTest {
    private static final String WANTED =
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: things.example.org}
            spec:
              group: example.org
              scope: Namespaced
              names: {plural: things, kind: Thing}
              versions: [{name: v1, storage: false}, {name: v2, storage: true}]
            """;
    private static final String LIVE =
            """
            {"metadata": {"generation": 4, "resourceVersion": "9"}, "status": {
              "conditions": [{"type": "Established", "status": "True"}],
              "storedVersions": ["%s", "v2"]}}
            """;

    private final AtomicLong ticks = new AtomicLong();

    /** Each look at this clock is a minute after the one before. */
    private final InstantSource clock =
            () -> Instant.EPOCH.plusSeconds(60 * ticks.incrementAndGet());

    private CrdKeeper keeper(ScriptedApi server) {
        CrdKeeper keeper = new CrdKeeper(server.client(), clock, List.of(WANTED));
        keeper.target(Hooks.target(Hooks.PEM));
        keeper.start();
        return keeper;
    }

    private static boolean of(Asked asked, String method, String part) {
        return asked.method().equals(method) && asked.path().contains(part);
    }

    private static boolean done(ScriptedApi server, String method, String part) {
        return server.asked().stream().anyMatch(asked -> of(asked, method, part));
    }

    private static String list(String name, String next) {
        return """
        {"metadata": {"continue": "%s"},
         "items": [{"metadata": {"name": "%s", "namespace": "shop"}}]}
        """
                .formatted(next, name);
    }

    /** Two pages of one object each. */
    private static Answer answer(Asked asked) {
        if (of(asked, "GET", "/things?")) {
            return Answer.of(
                    200, asked.path().contains("continue=") ? list("b", "") : list("a", "n+1"));
        }
        return asked.path().contains("customresourcedefinitions")
                ? Answer.of(200, LIVE.formatted("v1"))
                : Answer.of(200, "{}");
    }

    @Test
    void rewritesAllObjectsAndThenSaysThatOneVersionIsStored() throws IOException {
        try (ScriptedApi server = new ScriptedApi(CrdKeeperTest::answer);
                CrdKeeper keeper = keeper(server)) {
            await().until(() -> done(server, "PATCH", "things.example.org?"));
            keeper.target(Hooks.target(Hooks.PEM));
            await().until(() -> done(server, "PATCH", "things.example.org/status"));
            assertThat(done(server, "GET", "continue=n%2B1")).isTrue();
            assertThat(done(server, "PATCH", "/namespaces/shop/things/a")).isTrue();
            assertThat(done(server, "PATCH", "/namespaces/shop/things/b")).isTrue();
            Asked last =
                    server.asked().stream()
                            .filter(asked -> of(asked, "PATCH", "/status"))
                            .findFirst()
                            .orElseThrow();
            assertThat(last.body()).contains("\"storedVersions\":[\"v2\"]", "\"9\"");
        }
    }

    @Test
    void anObjectThatIsRefusedStopsNoOtherAndKeepsTheOldVersion() throws IOException {
        try (ScriptedApi server =
                        new ScriptedApi(asked ->
                                of(asked, "PATCH", "/things/a")
                                        ? Answer.refusal(422, "spec is invalid")
                                        : answer(asked));
                CrdKeeper keeper = keeper(server)) {
            await().until(() -> done(server, "PATCH", "things.example.org?"));
            keeper.target(Hooks.target(Hooks.PEM));
            await().until(() -> done(server, "PATCH", "/things/b"));
            keeper.stop();
            assertThat(done(server, "PATCH", "things.example.org/status")).isFalse();
        }
    }

    @Test
    void leavesADefinitionThatStoresAStrangeVersion() throws IOException {
        try (ScriptedApi server = new ScriptedApi(_ -> Answer.of(200, LIVE.formatted("v1beta9")));
                CrdKeeper keeper = keeper(server)) {
            await().until(() -> server.asked("GET") >= 2);
            keeper.stop();
            assertThat(server.asked("PATCH")).isZero();
        }
    }

    @Test
    void addsTheWebhookToTheDefinition() {
        JsonNode spec = Definition.of(WANTED).convertedBy(Hooks.target(Hooks.PEM)).path("spec");
        assertThat(spec.path("conversion").path("strategy").asText("")).isEqualTo("Webhook");
        JsonNode client = spec.path("conversion").path("webhook").path("clientConfig");
        assertThat(client.path("service").path("path").asText("")).isEqualTo("/convert");
        assertThat(client.path("service").path("port").asInt()).isEqualTo(8443);
        assertThat(client.path("caBundle").asText("")).startsWith("LS0t");
    }

    @Test
    void refusesDefinitionsAndBundlesThatCannotBeUsed() {
        String twice = WANTED.replace("storage: false", "storage: true");
        for (String bad : List.of(twice, "kind: Service", "metadata: {name: x}")) {
            assertThatThrownBy(() -> Definition.of(bad))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        for (String bad : List.of("", "-----BEGIN CERTIFICATE-----\nAAAA\n")) {
            assertThatThrownBy(() -> Hooks.target(bad))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
