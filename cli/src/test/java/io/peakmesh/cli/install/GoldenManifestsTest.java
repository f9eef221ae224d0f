package io.peakmesh.cli.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code mvn -pl cli test -Dtest=GoldenManifestsTest -Dgolden.write=true} writes the files anew.
 */
class GoldenManifestsTest {
    private static final Path FOLDER = Path.of("..", "charts", "golden");

    static Stream<String> cases() {
        return Stream.of("default", "ha", "values", "crds");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void installPrintsTheManifestsThatWereReviewed(String name) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("install", "--ignore-cluster"));
        switch (name) {
            case "ha" -> arguments.add("--ha");
            case "crds" -> arguments.add("--crds");
            case "values" ->
                    arguments.addAll(
                            List.of(
                                    "--namespace=mesh-system",
                                    "--values=" + FOLDER.resolve("values.in.yaml")));
            default -> {}
        }

        Run run = Run.mesh(arguments.toArray(String[]::new));

        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        Path golden = FOLDER.resolve(name + ".yaml");
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(golden, run.out());
        }
        assertThat(run.out()).isEqualTo(Files.readString(golden));
    }
}
