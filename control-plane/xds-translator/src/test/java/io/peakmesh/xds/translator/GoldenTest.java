package io.peakmesh.xds.translator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each folder of {@code src/test/resources/golden} is a case. {@code mvn test -Dtest=GoldenTest
 * -Dgolden.rewrite=true} writes what is translated now into its files; read the difference.
 */
class GoldenTest {
    private static final Path CASES = Path.of("src/test/resources/golden");

    static Stream<String> cases() throws IOException {
        try (Stream<Path> folders = Files.list(CASES)) {
            return folders.map(f -> f.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void translatesAsTheGoldenFilesSay(String name) throws IOException {
        Path folder = CASES.resolve(name);
        SortedMap<String, String> now = GoldenText.of(translated(folder));
        if (Boolean.getBoolean("golden.rewrite")) {
            rewrite(folder, now);
        }
        assertThat(read(folder)).isEqualTo(now);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isTakenByARealEnvoy(String name, @TempDir Path dir)
            throws IOException, InterruptedException {
        Path config = dir.resolve("envoy.json");
        Files.writeString(config, ValidationConfig.json(translated(CASES.resolve(name))));
        ModuleLibrary.place(dir);
        ProcessBuilder command =
                new ProcessBuilder(
                                EnvoyBinary.path(),
                                "--mode",
                                "validate",
                                "--log-level",
                                "warning",
                                "--config-path",
                                config.toString())
                        .redirectErrorStream(true);
        ModuleLibrary.lookIn(dir, command.environment());
        Process envoy = command.start();
        String said = new String(envoy.getInputStream().readAllBytes(), UTF_8);
        assertThat(envoy.waitFor()).as(said).isZero();
    }

    private static TranslatedCase translated(Path folder) {
        return TranslatedCase.of(Yaml.of(folder.resolve("in.yaml")));
    }

    private static SortedMap<String, String> read(Path folder) throws IOException {
        SortedMap<String, String> out = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (!name.equals("in.yaml")) {
                    out.put(name, Files.readString(file));
                }
            }
        }
        return out;
    }

    private static void rewrite(Path folder, SortedMap<String, String> files) throws IOException {
        for (String old : read(folder).keySet()) {
            Files.delete(folder.resolve(old));
        }
        for (var file : files.entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue());
        }
    }
}
