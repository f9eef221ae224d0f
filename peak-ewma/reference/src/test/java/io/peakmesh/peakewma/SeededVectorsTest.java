package io.peakmesh.peakewma;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The files {@code seeded-*.json} are as they are made from their seeds. After a change of the
 * algorithm {@code mvn test -pl peak-ewma/reference -Dpeakmesh.vectors.write=true} writes them
 * anew.
 */
class SeededVectorsTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void areAsMadeFromTheirSeeds(long seed) throws IOException {
        Path file = VectorsTest.FOLDER.resolve("seeded-" + seed + ".json");
        String made = SeededVector.text(seed);
        if (Boolean.getBoolean("peakmesh.vectors.write")) {
            Files.writeString(file, made);
        }
        assertThat(Files.readString(file)).isEqualTo(made);
    }
}
