package io.peakmesh.benchmarks.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ServerFlagsTest {
    @Test
    void theMeasuredControlPlaneRunsWithTheFlagsOfEveryControlPlane() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("..", "cli", "jvm.options"))) {
            assertThat(ServerFlags.FLAGS)
                    .containsExactlyElementsOf(
                            lines.filter(line -> !line.startsWith("#")).toList());
        }
    }

    @Test
    void andTheMeshScriptReadsThemThere() throws IOException {
        assertThat(Files.readString(Path.of("..", "mesh"))).contains("@\"$here/cli/jvm.options\"");
    }
}
