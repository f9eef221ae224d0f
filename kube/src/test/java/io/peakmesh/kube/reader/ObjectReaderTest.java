package io.peakmesh.kube.reader;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ObjectReaderTest {
    private static Map<String, @Nullable Object> split(Object metadata) {
        return new HashMap<>(
                Map.of(
                        "apiVersion",
                        "split.smi-spec.io/v1alpha4",
                        "kind",
                        "TrafficSplit",
                        "metadata",
                        metadata,
                        "spec",
                        Map.of("service", "web")));
    }

    @Test
    void decodesOneObjectWithItsGeneration() {
        var decoded = ObjectReader.read(split(Map.of("name", "s", "generation", 7L)));
        assertThat(decoded.problems()).isEmpty();
        var meta = decoded.object().orElseThrow().meta();
        assertThat(meta.generation()).isEqualTo(7);
        assertThat(meta.ref()).hasToString("TrafficSplit default/s");
    }

    @Test
    void aGenerationThatIsNoNumberIsLeftUnsaid() {
        for (Object generation : List.of("7", -7L, List.of())) {
            var decoded = ObjectReader.read(split(Map.of("name", "s", "generation", generation)));
            assertThat(decoded.object().orElseThrow().meta().generation()).isZero();
        }
    }

    @Test
    void saysWhatIsWrongWithoutAPlaceInAFile() {
        var decoded = ObjectReader.read(split(Map.of("name", "no good")));
        assertThat(decoded.object()).isEmpty();
        assertThat(decoded.problems().toString())
                .contains("metadata.name: is 'no good'")
                .doesNotContain("line");
        assertThat(ObjectReader.read(Map.of()).problems().toString()).contains("kind: must be");
    }

    @Test
    void aKindTheMeshHasNoUseForIsNeitherAnObjectNorAProblem() {
        var decoded =
                ObjectReader.read(
                        Map.of("apiVersion", "v1", "kind", "Secret", "metadata", Map.of()));
        assertThat(decoded.object()).isEmpty();
        assertThat(decoded.problems()).isEmpty();
    }
}
