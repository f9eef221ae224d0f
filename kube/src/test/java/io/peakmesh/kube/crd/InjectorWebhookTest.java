package io.peakmesh.kube.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class InjectorWebhookTest {
    private static JsonNode hook(InjectorWebhook.Failure failure) {
        return new InjectorWebhook(Hooks.target(Hooks.PEM), failure)
                .tree()
                .path("webhooks")
                .path(0);
    }

    @Test
    void sparesTheClustersNamespacesAndItsOwn() {
        JsonNode selector =
                hook(InjectorWebhook.Failure.FAIL)
                        .path("namespaceSelector")
                        .path("matchExpressions")
                        .path(0);
        List<String> values = new ArrayList<>();
        selector.path("values").forEach(value -> values.add(value.asText()));

        assertThat(selector.path("operator").asText()).isEqualTo("NotIn");
        assertThat(values)
                .containsExactly("kube-system", "kube-public", "kube-node-lease", "peakmesh");
    }

    @Test
    void asksForPodsAtTheirCreationOnly() {
        JsonNode rules = hook(InjectorWebhook.Failure.IGNORE).path("rules");

        assertThat(rules).hasSize(1);
        assertThat(rules.path(0).path("operations").toString()).isEqualTo("[\"CREATE\"]");
        assertThat(rules.path(0).path("resources").toString()).isEqualTo("[\"pods\"]");
    }

    @Test
    void leadsToTheControlPlaneWithTheWholeBundle() {
        String bundle = Hooks.PEM + Hooks.PEM;
        JsonNode client =
                new InjectorWebhook(Hooks.target(bundle), InjectorWebhook.Failure.IGNORE)
                        .tree()
                        .at("/webhooks/0/clientConfig");

        assertThat(client.at("/service/path").asText()).isEqualTo("/mutate");
        byte[] sent = Base64.getDecoder().decode(client.path("caBundle").asText());
        assertThat(new String(sent, StandardCharsets.UTF_8)).isEqualTo(bundle);
    }

    @Test
    void failsOnlyWhereThatIsWanted() {
        assertThat(hook(InjectorWebhook.Failure.IGNORE).path("failurePolicy").asText())
                .isEqualTo("Ignore");
        assertThat(hook(InjectorWebhook.Failure.FAIL).path("failurePolicy").asText())
                .isEqualTo("Fail");
    }
}
