package io.peakmesh.kube.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void givesTheBurstAtOnceAndThenTheRate() {
        Pace pace = new Pace(20, 3);
        for (int i = 0; i < 3; i++) {
            assertThat(pace.take(START)).isEqualTo(Duration.ZERO);
        }
        assertThat(pace.take(START)).isEqualTo(Duration.ofMillis(50));
        assertThat(pace.take(START.plusMillis(49))).isEqualTo(Duration.ofMillis(1));
        assertThat(pace.take(START.plusMillis(50))).isEqualTo(Duration.ZERO);
        assertThat(pace.take(START.plusMillis(50))).isPositive();
    }

    @Test
    void neverSavesMoreThanTheBurst() {
        Pace pace = new Pace(1, 2);
        Instant later = START.plus(Duration.ofDays(1));
        assertThat(pace.take(START)).isZero();
        assertThat(pace.take(later)).isZero();
        assertThat(pace.take(later)).isZero();
        assertThat(pace.take(later)).isPositive();
        assertThat(pace.full(later)).isFalse();
        assertThat(pace.full(later.plusSeconds(2))).isTrue();
    }

    @Test
    void aClockThatIsSetBackGivesNothingAwayAndStopsNothing() {
        Pace pace = new Pace(1, 1);
        assertThat(pace.take(START)).isZero();
        Instant before = START.minus(Duration.ofDays(1));
        assertThat(pace.take(before)).isEqualTo(Duration.ofSeconds(1));
        assertThat(pace.take(before.plusSeconds(1))).isZero();
    }

    @Test
    void manySmallStepsAddUp() {
        Pace pace = new Pace(0.5, 1);
        assertThat(pace.take(START)).isZero();
        int taken = 0;
        for (int i = 1; i <= 10_000; i++) {
            taken += pace.take(START.plusMillis(i)).isZero() ? 1 : 0;
        }
        assertThat(taken).isBetween(4, 5);
    }

    @Test
    void refusesARateThatWouldNeverGiveAnything() {
        assertThatThrownBy(() -> new Pace(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Pace(1, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
