package io.peakmesh.benchmarks.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingTest {
    private final Uses uses = Uses.of(new Plan(4, 3, 1, 2), 0);

    @Test
    void blanksSecretsOutAndKeepsTheirLengthAndNames() throws IOException {
        List<byte[]> secrets = Answers.recording(uses).answer(Type.SECRET, 0);

        assertThat(secrets).hasSize(2);
        byte[] blanked = secrets.getFirst();
        assertThat(blanked).hasSameSizeAs(Answers.of(Type.SECRET, "n", "v", List.of("id")));
        assertThat(new String(blanked, StandardCharsets.ISO_8859_1)).doesNotContain("body of");
        assertThat(Answers.read(blanked).resources().getFirst().name()).isEqualTo("id");
    }

    @Test
    void comesBackFromItsFileAsItWas(@TempDir Path dir) throws IOException {
        Recording recording = Answers.recording(uses);
        recording.write(dir.resolve("recording"));

        Recording read = Recording.read(dir.resolve("recording"));

        assertThat(read.pushes()).containsExactlyElementsOf(recording.pushes());
        for (Type type : Type.values()) {
            for (int n = 0; n < 3; n++) {
                assertThat(read.answer(type, n))
                        .containsExactlyElementsOf(recording.answer(type, n));
            }
        }
    }

    @Test
    void keepsTheLastTwoChanges() throws IOException {
        Recording recording = Answers.recording(uses);
        byte[] last = Answers.of(Type.ENDPOINT, "p3", "v3", List.of("x"));

        recording.pushed(last);

        assertThat(recording.pushes()).hasSize(2);
        assertThat(recording.pushes().getLast()).isEqualTo(last);
    }
}
