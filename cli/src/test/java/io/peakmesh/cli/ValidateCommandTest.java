package io.peakmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.peakmesh.cli.mistake.Mistake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mesh validate} on manifests as people have them, and what it prints for programs. */
class ValidateCommandTest {
    private static final String NEGATIVE_WEIGHT =
            """
            apiVersion: split.smi-spec.io/v1alpha4
            kind: TrafficSplit
            metadata: {name: basket-rollout, namespace: shop}
            spec: {service: basket, backends: [{service: basket-v2, weight: -1}]}
            """;

    @TempDir private Path folder = Path.of("");

    @BeforeEach
    void writeGoodManifests() {
        Mistake.writeGood(folder);
    }

    @Test
    void goodManifestsPassWithANoteOfWhatIsSkipped() {
        Run run = Run.mesh("validate", folder.toString());

        assertThat(run.out())
                .isEqualToNormalizingNewlines(
                        """
                        not the mesh's business, skipped: 1 Deployment
                        √ 14 objects in 1 file: 0 mistakes, 0 remarks
                        """);
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
    }

    @Test
    void theManifestsOfAChartPassThoughMostKindsAreOthers() throws IOException {
        Files.writeString(
                folder.resolve("others.yaml"),
                """
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: db}
                ---
                apiVersion: serving.knative.dev/v1
                kind: Service
                metadata: {name: function}
                ---
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: front}
                ---
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: things.example.org}
                """);
        Files.writeString(folder.resolve("notes.txt"), "no manifest, not read");

        Run run = Run.mesh("validate", folder.toString());

        assertThat(run.out())
                .isEqualToNormalizingNewlines(
                        """
                        not the mesh's business, skipped: 1 CustomResourceDefinition 1 Deployment\
                         1 Ingress 1 Service.serving.knative.dev 1 StatefulSet
                        √ 14 objects in 2 files: 0 mistakes, 0 remarks
                        """);
        assertThat(run.code()).isZero();
    }

    @Test
    void filesCanBeNamedOneByOneAndAreCalledAsTheyWereNamed() throws IOException {
        Path wrong = Files.writeString(folder.resolve("wrong.yaml"), NEGATIVE_WEIGHT);
        Path good = folder.resolve(Mistake.GOOD);

        Run alone = Run.mesh("validate", good.toString());
        Run both = Run.mesh("validate", good.toString(), wrong.toString());

        assertThat(alone.code()).isZero();
        assertThat(both.code()).isEqualTo(1);
        assertThat(both.out()).startsWith("× " + wrong + ": TrafficSplit shop/basket-rollout: ");
    }

    @Test
    void printsJsonThatAProgramCanActOn() throws IOException {
        Files.writeString(folder.resolve("wrong.yaml"), NEGATIVE_WEIGHT);

        Run run = Run.mesh("validate", "-o", "json", folder.toString());

        JsonNode json = new ObjectMapper().readTree(run.out());
        assertThat(json.propertyStream().map(java.util.Map.Entry::getKey))
                .containsExactly("valid", "objects", "files", "skippedKinds", "problems");
        assertThat(json.path("valid").asBoolean(true)).isFalse();
        assertThat(json.path("objects").asInt()).isEqualTo(15);
        assertThat(json.path("files").asInt()).isEqualTo(2);
        assertThat(json.path("skippedKinds").path("Deployment").asInt()).isEqualTo(1);
        assertThat(json.path("problems")).hasSize(1);
        JsonNode problem = json.path("problems").path(0);
        assertThat(problem.path("severity").asText()).isEqualTo("error");
        assertThat(problem.path("object").asText())
                .isEqualTo("wrong.yaml: TrafficSplit shop/basket-rollout");
        assertThat(problem.path("field").asText()).isEqualTo("spec.backends[0].weight");
        assertThat(problem.path("reason").asText())
                .isEqualTo("must be a whole number from 0 to 1000000, is -1");
        assertThat(run.code()).isEqualTo(1);
    }

    @Test
    void saysInJsonThatAllIsWell() throws IOException {
        Run run = Run.mesh("validate", "-o", "json", folder.toString());

        JsonNode json = new ObjectMapper().readTree(run.out());
        assertThat(json.path("valid").asBoolean()).isTrue();
        assertThat(json.path("problems")).isEmpty();
        assertThat(run.code()).isZero();
    }

    @Test
    void anEmptyFolderIsNoMistake() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));

        Run run = Run.mesh("validate", empty.toString());

        assertThat(run.out().strip()).isEqualTo("√ 0 objects in 0 files: 0 mistakes, 0 remarks");
        assertThat(run.code()).isZero();
    }

    @Test
    void aPathThatIsNotThereIsOneLine() {
        Run run = Run.mesh("validate", folder.resolve("nowhere").toString());

        assertThat(run.err().strip())
                .isEqualTo("mesh: no such file or folder: " + folder.resolve("nowhere"));
        assertThat(run.out()).isEmpty();
        assertThat(run.code()).isEqualTo(1);
    }
}
