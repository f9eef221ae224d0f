package io.peakmesh.benchmarks.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.model.Balancing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real processes, and stock Envoys with the real module. */
class BenchTest {
    private static final int SECONDS = 1;

    private static Path envoy() {
        String path = System.getenv("PEAKMESH_ENVOY");
        if (path == null || !Path.of(path).toFile().canExecute()) {
            throw new IllegalStateException(
                    "Envoy is missing: set PEAKMESH_ENVOY or run ./mesh test");
        }
        return Path.of(path);
    }

    private static Bench bench(Path work) throws IOException {
        return new Bench(envoy(), work, Balancing.PeakEwma.DEFAULT, System::nanoTime, new Random());
    }

    private static Scenario scenario(String name) {
        return Catalogue.named(name, Optional.of(SECONDS)).orElseThrow();
    }

    private static int[] statuses(Measurement measured) {
        return IntStream.range(0, measured.size()).map(measured::status).distinct().toArray();
    }

    private static int[] backends(Measurement measured) {
        return IntStream.range(0, measured.size()).map(measured::backend).distinct().toArray();
    }

    @Test
    void everyRequestIsSentOnceAndAnsweredWithAndWithoutEnvoy(@TempDir Path work) throws Exception {
        Scenario scenario = scenario(Catalogue.EQUAL);
        try (Bench bench = bench(work)) {
            int size = Schedule.poisson(scenario.rps(), SECONDS, new Random(5)).length;
            for (Policy policy : scenario.policies()) {
                Measurement measured = bench.measure(scenario, policy, 5, policy.name());

                assertThat(measured.size()).as(policy.label()).isEqualTo(size);
                assertThat(statuses(measured)).containsExactly(200);
                assertThat(backends(measured)).containsExactlyInAnyOrder(0, 1, 2);
                assertThat(measured.millis()).doesNotContain(0);
            }
        }
    }

    @Test
    void aClosedPortAndAHangingBackendAreFailuresThatNoBackendAnswered(@TempDir Path work)
            throws Exception {
        try (Bench bench = bench(work)) {
            Measurement refused =
                    bench.measure(scenario(Catalogue.REFUSES), Policy.ROUND_ROBIN, 5, "refuses");
            Measurement hung =
                    bench.measure(scenario(Catalogue.HANGS), Policy.ROUND_ROBIN, 5, "hangs");

            assertThat(statuses(refused)).containsExactlyInAnyOrder(200, 503);
            assertThat(backends(refused)).containsExactlyInAnyOrder(0, 1, Measurement.NONE);
            assertThat(statuses(hung)).containsExactlyInAnyOrder(200, 504);
            assertThat(backends(hung)).containsExactlyInAnyOrder(0, 1, Measurement.NONE);
        }
    }

    @Test
    void twoSidecarsShareTheRequests(@TempDir Path work) throws Exception {
        try (Bench bench = bench(work)) {
            Measurement measured =
                    bench.measure(scenario("two-clients"), Policy.PEAK_EWMA, 5, "two");

            assertThat(statuses(measured)).containsExactly(200);
            try (Stream<Path> files = Files.list(work.resolve("two"))) {
                assertThat(files.filter(file -> file.toString().endsWith(".pb"))).hasSize(2);
            }
        }
    }
}
