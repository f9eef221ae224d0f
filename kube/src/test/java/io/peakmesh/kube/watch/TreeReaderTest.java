package io.peakmesh.kube.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.kube.reader.ObjectReader;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TreeReaderTest {
    private static final WatchedKind SPLIT = Objects.kind("TrafficSplit");

    @Test
    void keepsTheFieldsOfTheShapeAndNothingElse() throws IOException {
        String json =
                """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","uid":"u",
                 "creationTimestamp":"2026-01-31T12:00:00Z","generation":3,
                 "annotations":{"peakmesh.io/proxy":"redirect","other/x":"%s"},
                 "labels":{"a":"b"},"managedFields":[{"f":{}}]},
                 "spec":{"nodeName":"n","volumes":[{"name":"v"}],
                  "containers":[{"image":"i","env":[{"name":"A"}],"ports":[{"name":"http",
                   "containerPort":80,"hostIP":""}]},{"name":"none"}]},
                 "status":{"podIP":"10.0.0.1","message":"m"}}\
                """
                        .formatted("x".repeat(1 << 20));
        assertThat(Objects.tree(Objects.kind("Pod"), json))
                .isEqualTo(
                        Map.of(
                                "metadata",
                                Map.of(
                                        "name",
                                        "p",
                                        "uid",
                                        "u",
                                        "annotations",
                                        Map.of("peakmesh.io/proxy", "redirect"),
                                        "labels",
                                        Map.of("a", "b")),
                                "spec",
                                Map.of(
                                        "nodeName",
                                        "n",
                                        "containers",
                                        List.of(
                                                Map.of(
                                                        "ports",
                                                        List.of(
                                                                Map.of(
                                                                        "name",
                                                                        "http",
                                                                        "containerPort",
                                                                        80L))),
                                                Map.of())),
                                "status",
                                Map.of("podIP", "10.0.0.1")));
    }

    @Test
    void anSmiObjectIsReadWholeButForItsMetadata() throws IOException {
        String json =
                """
                {"metadata":{"name":"s","generation":7,"finalizers":["f"]},"matches":[{"n":1.5}],
                 "spec":{"service":"web"},"status":{"conditions":[{"type":"Accepted"}]}}\
                """;
        Map<String, ?> tree = Objects.tree(SPLIT, json);
        assertThat(tree.keySet()).containsExactly("metadata", "matches", "spec", "status");
        assertThat(tree.get("metadata")).isEqualTo(Map.of("name", "s", "generation", 7L));
        assertThat(tree.get("matches")).isEqualTo(List.of(Map.of("n", 1.5)));
    }

    @Test
    void whatIsTooDeepIsCutOffAndRefused() throws IOException {
        String json = object("{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000), "");
        assertThat(problems(json)).contains("is nested deeper than 32 levels");
    }

    @Test
    void whatIsTooMuchIsCutOffAndRefusedEvenBeforeTheName() throws IOException {
        String many = "[1" + ",1".repeat(400_000) + "]";
        assertThat(problems(object(many, ""))).contains("holds more than 100000 values");
        String first = "\"matches\":" + many + ",";
        assertThat(problems(object("{}", first))).contains("s: holds more than 100000 values");
    }

    private static String object(String spec, String before) {
        return "{\"apiVersion\":\"split.smi-spec.io/v1alpha4\",\"kind\":\"TrafficSplit\",%s"
                        .formatted(before)
                + "\"metadata\":{\"name\":\"s\",\"namespace\":\"shop\"},\"spec\":"
                + spec
                + "}";
    }

    private static String problems(String json) throws IOException {
        ObjectReader.Decoded decoded = ObjectReader.read(Objects.tree(SPLIT, json));
        assertThat(decoded.object()).isEmpty();
        return decoded.problems().toString();
    }
}
