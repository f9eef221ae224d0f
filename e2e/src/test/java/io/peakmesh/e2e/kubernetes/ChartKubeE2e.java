package io.peakmesh.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.peakmesh.cli.Main;
import io.peakmesh.kube.survey.ValuesText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Helm renders of the chart, what the command prints, and what a cluster says to it. */
class ChartKubeE2e {
    @RegisterExtension static final Cluster CLUSTER = new Cluster();

    private static final Path CHART = Path.of("..", "charts", "peakmesh");
    private static final Path VALUES = Path.of("..", "charts", "golden", "values.in.yaml");
    private static final Pattern SEPARATOR = Pattern.compile("(?m)^---\\R");

    private static Said helm(String... arguments) {
        String program =
                Objects.requireNonNull(
                        System.getenv("PEAKMESH_HELM"), "PEAKMESH_HELM: e2e/cluster/build helm");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                program,
                                "template",
                                "peakmesh",
                                CHART.toString(),
                                "--namespace=peakmesh",
                                "--set=installNamespace=true"));
        command.addAll(List.of(arguments));
        return Said.by(command, Map.of(), "");
    }

    private static Said mesh(String... arguments) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName(),
                                "install",
                                "--ignore-cluster"));
        command.addAll(List.of(arguments));
        return Said.by(command, Map.of(), "");
    }

    private static Map<String, JsonNode> objects(String manifests) {
        Map<String, JsonNode> all = new TreeMap<>();
        for (String document : SEPARATOR.split(manifests, -1)) {
            if (!document.lines().allMatch(line -> line.isBlank() || line.startsWith("#"))) {
                ObjectNode object = (ObjectNode) ValuesText.read(document);
                String name = object.path("kind").asText() + " " + object.path("metadata");
                if (object.path("data").has("values.yaml")) {
                    // Its text may be quoted otherwise.
                    String text = object.path("data").path("values.yaml").asText();
                    object.withObjectProperty("data").set("values.yaml", ValuesText.read(text));
                }
                all.put(name, object);
            }
        }
        return all;
    }

    @ParameterizedTest
    @CsvSource({"'',''", "--ha,values-ha.yaml", "--values,golden"})
    void helmRendersWhatInstallPrints(String flag, String file) {
        Said printed =
                switch (flag) {
                    case "" -> mesh();
                    case "--ha" -> mesh("--ha");
                    default -> mesh("--values=" + VALUES);
                };
        Said rendered =
                switch (file) {
                    case "" -> helm();
                    case "golden" -> helm("--values=" + VALUES);
                    default -> helm("--values=" + CHART.resolve(file));
                };

        assertThat(objects(printed.orThrow().out()))
                .hasSizeGreaterThan(9)
                .isEqualTo(objects(rendered.orThrow().out()));
    }

    @Test
    void bothRefuseAnUnknownValue() {
        assertThat(helm("--set=bogus=1").ok()).isFalse();
        assertThat(mesh("--set=bogus=1").ok()).isFalse();
    }

    @Test
    void theClusterTakesEveryObjectAndItsRestrictedLevelThePod() {
        String manifests = mesh("--ha").orThrow().out();
        CLUSTER.kubectlReading(
                        """
                        apiVersion: v1
                        kind: Namespace
                        metadata:
                          name: peakmesh
                          labels:
                            pod-security.kubernetes.io/enforce: restricted
                            pod-security.kubernetes.io/warn: restricted
                        """,
                        "apply",
                        "-f",
                        "-")
                .orThrow();

        Said said =
                CLUSTER.kubectlReading(
                        manifests, "apply", "--server-side", "--dry-run=server", "-f", "-");

        assertThat(said.orThrow().err()).doesNotContain("would violate PodSecurity");
        assertThat(said.out().lines().count()).isEqualTo(objects(manifests).size());
    }
}
