package io.peakmesh.peakewma.module;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written in C, tested by programs in C; here they are run. */
class NativeTest {
    /** Maven runs the tests of a module in its folder. */
    private static final Path MODULE = Path.of("").toAbsolutePath();

    @Test
    void passesTheTestsInCAndTheVectorsSharedWithJava(@TempDir Path dir) throws Exception {
        String output = run(dir, "./check.sh", "target/c");

        assertThat(output).containsPattern("vectors:\n\\d\\d+ vectors passed");
        assertThat(output).contains("fuzz_calls:\n2000 inputs");
    }

    @Test
    void compilesToTheSameBytesAgain(@TempDir Path dir) throws Exception {
        run(dir, "./build.sh", dir.resolve("again").toString());

        for (String arch : new String[] {"x86_64", "aarch64"}) {
            Path library = dir.resolve("again/linux-" + arch).resolve(PeakEwmaModule.FILE);
            assertThat(PeakEwmaModule.forMachine("Linux", arch).orElseThrow().bytes())
                    .isEqualTo(Files.readAllBytes(library));
        }
    }

    private static String run(Path dir, String... command) throws Exception {
        Path log = dir.resolve("log");
        Process process =
                new ProcessBuilder(command)
                        .directory(MODULE.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        if (!process.waitFor(10, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        String output = Files.readString(log);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
