package io.peakmesh.peakewma;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each file of {@code peak-ewma/vectors}, which the C library passes too. */
class VectorsTest {
    static final Path FOLDER = Path.of("..", "vectors");

    @TestFactory
    Stream<DynamicTest> passesEachVector() throws IOException {
        return files().stream()
                .map(file ->
                        DynamicTest.dynamicTest(
                                String.valueOf(file.getFileName()), () -> Scenario.run(file)));
    }

    @Test
    void findsTheVectors() throws IOException {
        assertThat(files()).hasSizeGreaterThan(60);
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
        }
    }
}
