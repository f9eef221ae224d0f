package io.peakmesh.benchmarks.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerFlagsTest {
    /** The flags between {@code bin/java} and {@code -cp} in the script's function {@code run}. */
    private static List<String> flagsOfTheScript() throws IOException {
        String script = Files.readString(Path.of("..", "mesh"));
        int start = script.indexOf("\nrun() {");
        String run = script.substring(start, script.indexOf("\n}", start));
        String flags = run.substring(run.indexOf("/bin/java\"") + 10, run.indexOf("-cp "));
        List<String> list = new ArrayList<>();
        for (String word : flags.replace("\\\n", " ").strip().split("\\s+", -1)) {
            if (word.startsWith("-Xmx")) {
                list.add(ServerFlags.HEAP);
            } else if (!word.startsWith("$")) {
                list.add(word);
            }
        }
        return list;
    }

    @Test
    void theMeasuredControlPlaneRunsWithTheFlagsOfTheMeshScript() throws IOException {
        assertThat(ServerFlags.FLAGS).containsExactlyElementsOf(flagsOfTheScript());
    }

    @Test
    void andWithTheHeapThatTheScriptGivesByDefault() throws IOException {
        String script = Files.readString(Path.of("..", "mesh"));

        assertThat(script).contains("-Xmx\"${PEAKMESH_HEAP:-160m}\"");
        assertThat(ServerFlags.HEAP).isEqualTo("-Xmx160m");
    }
}
