package io.peakmesh.kube.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peakmesh.kube.connect.ScriptedApi;
import io.peakmesh.kube.connect.ScriptedApi.Answer;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterLookupTest {
    private static final String ONE =
            """
            {"kind": "NamespaceList", "apiVersion": "v1", "items": [{"metadata": {
              "name": "shop", "uid": "u1",
              "labels": {"pod-security.kubernetes.io/enforce": "restricted"},
              "annotations": {"peakmesh.io/inject": "enabled", "config.peakmesh.io/log-level": "info"}
            }}]}
            """;

    @Test
    void readsANamespaceAsAListOfOne() throws IOException {
        try (var server = new ScriptedApi(_ -> Answer.of(200, ONE))) {
            var meta = new ClusterLookup(server.client()).namespace("shop").orElseThrow().meta();

            assertThat(meta.uid()).isEqualTo("u1");
            assertThat(meta.labels())
                    .containsEntry("pod-security.kubernetes.io/enforce", "restricted");
            assertThat(meta.annotations())
                    .isEqualTo(
                            Map.of(
                                    "peakmesh.io/inject",
                                    "enabled",
                                    "config.peakmesh.io/log-level",
                                    "info"));
            assertThat(server.asked().getFirst().path())
                    .isEqualTo("/api/v1/namespaces?fieldSelector=metadata.name%3Dshop");
        }
    }

    @Test
    void knowsThatThereIsNone() throws IOException {
        try (var server = new ScriptedApi(_ -> Answer.of(200, "{\"items\": []}"))) {
            assertThat(new ClusterLookup(server.client()).namespace("shop")).isEmpty();
        }
    }

    @Test
    void takesARefusalForNoAnswer() throws IOException {
        try (var server = new ScriptedApi(_ -> Answer.refusal(403, "no list for you"))) {
            assertThatThrownBy(() -> new ClusterLookup(server.client()).namespace("shop"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no list for you");
        }
    }

    @Test
    void readsTheMinorVersionAlsoOfCloudsThatWriteAPlus() throws IOException {
        String version = "{\"major\": \"1\", \"minor\": \"29+\"}";
        try (var server = new ScriptedApi(_ -> Answer.of(200, version))) {
            assertThat(new ClusterLookup(server.client()).minorVersion()).isEqualTo(29);
        }
    }
}
