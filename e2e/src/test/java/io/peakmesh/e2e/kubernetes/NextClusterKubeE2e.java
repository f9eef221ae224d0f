package io.peakmesh.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.e2e.real.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One cluster after the other, each new. */
class NextClusterKubeE2e {
    @Test
    void aClusterKnowsNothingOfTheOneBeforeIt() {
        Path gone;
        try (Cluster first = new Cluster().start()) {
            first.apply(Yaml.namespace("before", "permissive", "allow"));
            gone = first.dir();
        }
        assertThat(Files.exists(gone)).isFalse();
        try (Cluster second = new Cluster("--v=1").start()) {
            assertThat(second.client().namespaces().withName("before").get()).isNull();
            assertThat(second.client().getKubernetesVersion().getGitVersion()).startsWith("v1.37");
        }
    }

    @Test
    void manyPodsAreReadyWhereNobodyRunsThem() {
        try (Cluster cluster = new Cluster().start();
                Kwok kwok = Kwok.start(cluster)) {
            kwok.node("fake-1", Map.of());
            long began = System.nanoTime();
            kwok.pods("many", "fake-1", 20, 10);
            System.out.printf(
                    "200 pods in 20 services: %d ms%n", (System.nanoTime() - began) / 1_000_000);
            assertThat(
                            cluster.client().pods().inNamespace("many").list().getItems().stream()
                                    .map(pod -> pod.getStatus().getPodIP())
                                    .distinct())
                    .hasSize(200)
                    .allMatch(ip -> ip.startsWith("10.245."));
        }
    }
}
