package io.peakmesh.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PercentilesTest {
    @Test
    void takesTheNearestRank() {
        double[] oneToHundred = IntStream.rangeClosed(1, 100).mapToDouble(i -> 101 - i).toArray();

        Percentiles percentiles = new Percentiles(oneToHundred);

        assertThat(percentiles.at(50)).isEqualTo(50);
        assertThat(percentiles.at(99)).isEqualTo(99);
        assertThat(percentiles.at(100)).isEqualTo(100);
        assertThat(percentiles.at(0.1)).isEqualTo(1);
    }

    @Test
    void ofThreeValuesTheNinetyNinthIsTheLargest() {
        Percentiles percentiles = new Percentiles(new double[] {5, 1, 3});

        assertThat(percentiles.at(99)).isEqualTo(5);
        assertThat(percentiles.at(50)).isEqualTo(3);
        assertThat(percentiles.least()).isEqualTo(1);
        assertThat(percentiles.most()).isEqualTo(5);
    }

    @Test
    void theMedianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
        assertThat(new Percentiles(new double[] {4, 1, 2, 9}).median()).isEqualTo(3);
    }

    @Test
    void doesNotTouchTheValuesItWasGiven() {
        double[] values = {2, 1};

        assertThat(new Percentiles(values).least()).isEqualTo(1);
        assertThat(values).containsExactly(2, 1);
    }

    @Test
    void refusesToSpeakOfNothing() {
        assertThatThrownBy(() -> new Percentiles(new double[0]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
