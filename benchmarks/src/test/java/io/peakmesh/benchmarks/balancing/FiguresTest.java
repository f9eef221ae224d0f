package io.peakmesh.benchmarks.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FiguresTest {
    private static Scenario scenario(String name, int seconds) {
        return Catalogue.named(name, Optional.of(seconds)).orElseThrow();
    }

    @Test
    void latencyIsOfAllRequestsFailedOnesIncluded() {
        Measurement measured = Measurements.answered(1, 3);
        Measurements.end(measured, 0, 1_000, 504, Measurement.NONE);

        Map<Figure, Double> figures = Figures.of(scenario(Catalogue.HANGS, 1), measured);

        assertThat(figures)
                .containsEntry(Figure.P50, 3.0)
                .containsEntry(Figure.P99, 3.0)
                .containsEntry(Figure.P999, 1_000.0)
                .containsEntry(Figure.SUCCESS, 99.0);
    }

    @Test
    void requestsThatNobodyAnsweredWentToTheBadOne() {
        Measurement measured = Measurements.answered(3, 3);
        for (int i = 0; i < 30; i++) {
            Measurements.end(measured, i, 3, 503, Measurement.NONE);
        }

        assertThat(Figures.of(scenario(Catalogue.REFUSES, 3), measured).get(Figure.BAD_SHARE))
                .as("90 of 270 by the bad one, and 30 by none")
                .isEqualTo(100 * 120 / 300.0);
    }

    @Test
    void anAnswerAfterTheDeadlineIsNoSuccess() {
        Measurement measured = Measurements.answered(4, 170);
        Measurements.end(measured, 1, 1_500, 200, 2);

        assertThat(Figures.of(scenario("published", 4), measured).get(Figure.SUCCESS))
                .isEqualTo(99.75);
    }

    @Test
    void recoveryIsTheEndOfTheFirstSecondWithAFairShare() {
        Measurement measured = Measurements.answered(24, 3);
        for (int i = 0; i < 1_000; i++) {
            Measurements.end(measured, i, 3, 200, i % 2);
        }

        assertThat(Figures.of(scenario(Catalogue.RECOVERY, 24), measured).get(Figure.RECOVERY))
                .as("sound from 6 s, chosen again from 10 s on, of a second 80 % must be fair")
                .isBetween(4.7, 4.95);
    }

    @Test
    void whatNeverRecoversIsNoNumber() {
        Measurement measured = Measurements.of(24);
        for (int i = 0; i < measured.size(); i++) {
            Measurements.end(measured, i, 3, 200, i % 2);
        }

        assertThat(Figures.of(scenario(Catalogue.RECOVERY, 24), measured).get(Figure.RECOVERY))
                .isNaN();
    }

    @Test
    void onlyScenariosWithABadBackendHaveAShareOfIt() {
        assertThat(Figures.of(scenario(Catalogue.EQUAL, 1), Measurements.answered(1, 3)))
                .doesNotContainKeys(Figure.BAD_SHARE, Figure.RECOVERY);
    }

    @Test
    void aMeasurementIsReadAsItWasWritten(@TempDir Path dir) throws Exception {
        Measurement measured = Measurements.answered(1, 3);
        Measurements.end(measured, 7, 12, 0, Measurement.NONE);

        measured.write(dir.resolve("requests"));
        Measurement read = Measurement.read(dir.resolve("requests"));

        assertThat(read.millis()).isEqualTo(measured.millis());
        assertThat(read.scheduled(99)).isEqualTo(990_000_000);
        assertThat(read.status(7)).isZero();
        assertThat(read.backend(7)).isEqualTo(Measurement.NONE);
        assertThat(read.backend(8)).isEqualTo(2);
    }
}
