package io.peakmesh.peakewma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeakEwmaConfigTest {
    @Test
    void takesTheDefaultsOfTheTable() {
        assertThat(PeakEwmaConfig.read(Map.of()))
                .isEqualTo(new PeakEwmaConfig(2_500, 30, 5_000, 5_000, 30_000, false, false));
    }

    @ParameterizedTest
    @CsvSource({
        "decay_ms, 1, 600000",
        "default_rtt_ms, 1, 60000",
        "failure_penalty_ms, 0, 60000",
        "error_penalty_ms, 0, 60000",
        "max_retry_after_ms, 0, 300000"
    })
    void takesItsRangeAndNothingBeyond(String field, int least, int most) {
        assertThat(PeakEwmaConfig.read(Map.of(field, least)))
                .isNotEqualTo(PeakEwmaConfig.read(Map.of(field, (double) most)));
        for (int beyond : new int[] {least - 1, most + 1}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> PeakEwmaConfig.read(Map.of(field, (double) beyond)))
                    .withMessage(
                            "peak_ewma: %s must be %d to %d, not %d", field, least, most, beyond);
        }
    }

    @Test
    void refusesWhatIsNoWholeNumberOrNoTruth() {
        for (Object value : new Object[] {1.5, 1e300, Double.NaN, "5", true}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> PeakEwmaConfig.read(Map.of("decay_ms", value)))
                    .withMessage(
                            "peak_ewma: decay_ms must be a whole number of milliseconds, not "
                                    + value);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PeakEwmaConfig.read(Map.of("connections", 1.0)))
                .withMessage("peak_ewma: connections must be true or false, not 1.0");
    }

    @Test
    void refusesAnUnknownFieldInOneShortLine() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PeakEwmaConfig.read(Map.of("de\ncay" + "y".repeat(500), 1.0)))
                .withMessageMatching("peak_ewma: unknown field de\\?cayy{94}");
    }
}
