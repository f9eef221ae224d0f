package io.peakmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.cli.mistake.Mistake;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code mesh validate} says of each kind of bad input that lies beside good objects. */
class ValidateMistakesTest {
    @TempDir private Path folder = Path.of("");

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.peakmesh.cli.mistake.Mistake#all")
    void eachMistakeIsOneClearLineAndTheRestCounts(Mistake mistake) throws IOException {
        Mistake.writeGood(folder);
        mistake.write(folder);

        Run run = Run.mesh("validate", folder.toString());

        List<String> lines = run.out().lines().toList();
        assertThat(lines.subList(0, lines.size() - 2)).isEqualTo(mistake.lines());
        assertThat(lines.get(lines.size() - 2))
                .isEqualTo("not the mesh's business, skipped: 1 Deployment");
        assertThat(lines.getLast())
                .matches("[√×] 1[4-7] objects in 2 files: [0-9] mistakes?, [0-9] remarks?");
        assertThat(run.code()).isEqualTo(mistake.refused() ? 1 : 0);
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).doesNotContain("Exception", "at io.", "at java.");
    }
}
