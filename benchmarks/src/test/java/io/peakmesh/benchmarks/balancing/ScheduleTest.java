package io.peakmesh.benchmarks.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Test
    void hasTheRateAskedForAndRises() {
        long[] moments = Schedule.poisson(400, 50, new Random(3));

        assertThat(moments).isSorted();
        assertThat(moments.length).isBetween(19_400, 20_600);
        assertThat(moments[moments.length - 1]).isLessThan(50_000_000_000L);
    }

    @Test
    void itsGapsAreThoseOfAPoissonProcess() {
        long[] moments = Schedule.poisson(400, 50, new Random(3));

        double longerThanTheMean =
                IntStream.range(1, moments.length)
                                .filter(i -> moments[i] - moments[i - 1] > 2_500_000)
                                .count()
                        / (double) moments.length;

        assertThat(longerThanTheMean).as("1/e of them").isBetween(0.34, 0.40);
    }

    @Test
    void theSameSeedGivesTheSameMoments() {
        assertThat(Schedule.poisson(100, 2, new Random(5)))
                .isEqualTo(Schedule.poisson(100, 2, new Random(5)))
                .isNotEqualTo(Schedule.poisson(100, 2, new Random(6)));
    }
}
