package io.peakmesh.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SampleTest {
    private static Sample counters(Map<String, Long> counters) {
        return new Sample(new TreeMap<>(counters), new TreeMap<>());
    }

    /** One histogram with samples at or under 1, 2 and 4 milliseconds. */
    private static Sample histogram(String name, long one, long two, long four) {
        SortedMap<Double, Long> buckets = new TreeMap<>(Map.of(1.0, one, 2.0, two, 4.0, four));
        return new Sample(new TreeMap<>(), new TreeMap<>(Map.of(name, buckets)));
    }

    @Test
    void whatWasAddedBetweenTwoMomentsIsTheirDifference() {
        Sample earlier = counters(Map.of("a", 3L, "b", 5L));
        Sample later = counters(Map.of("a", 10L, "b", 5L, "new", 2L));

        assertThat(later.since(earlier).counters())
                .containsExactly(Map.entry("a", 7L), Map.entry("b", 0L), Map.entry("new", 2L));
        assertThat(histogram("t", 3, 6, 9).since(histogram("t", 1, 2, 3)).histograms())
                .isEqualTo(histogram("t", 2, 4, 6).histograms());
        assertThat(later.since(Sample.NONE)).isEqualTo(later);
    }

    @Test
    void severalProcessesCountTogether() {
        Sample both = counters(Map.of("a", 1L, "b", 2L)).plus(counters(Map.of("b", 3L, "c", 4L)));

        assertThat(both.counters())
                .containsExactly(Map.entry("a", 1L), Map.entry("b", 5L), Map.entry("c", 4L));
        assertThat(histogram("t", 1, 2, 3).plus(histogram("t", 1, 1, 1)).histograms())
                .isEqualTo(histogram("t", 2, 3, 4).histograms());
        assertThat(both.plus(Sample.NONE)).isEqualTo(both);
    }

    @Test
    void addingUpChangesNeitherOfTheTwo() {
        Sample one = histogram("t", 1, 2, 3);
        Sample other = histogram("t", 1, 1, 1);
        one.plus(other);

        assertThat(one).isEqualTo(histogram("t", 1, 2, 3));
        assertThat(other).isEqualTo(histogram("t", 1, 1, 1));
    }

    @Test
    void aProcessThatStartedAnewDoesNotContinueTheOldOne() {
        Sample earlier = counters(Map.of("a", 3L, "b", 5L));

        assertThat(counters(Map.of("a", 3L, "b", 5L)).continues(earlier)).isTrue();
        assertThat(counters(Map.of("a", 4L, "b", 5L, "c", 1L)).continues(earlier)).isTrue();
        assertThat(counters(Map.of("a", 2L, "b", 9L)).continues(earlier)).isFalse();
        assertThat(counters(Map.of("a", 9L)).continues(earlier)).isFalse();
        assertThat(earlier.continues(Sample.NONE)).isTrue();
    }

    @Test
    void countersAreSummedByName() {
        Sample sample = counters(Map.of("x.total", 3L, "y.total", 4L, "x.errors", 9L));

        assertThat(sample.sum(name -> name.endsWith(".total"))).isEqualTo(7);
        assertThat(sample.sum(name -> name.startsWith("z"))).isZero();
    }

    @Test
    void aPercentileIsInterpolatedWithinItsBucket() {
        Sample sample = histogram("t", 50, 90, 100);

        assertThat(sample.percentileMillis(n -> true, 0.25)).isEqualTo(0.5, within(1e-9));
        assertThat(sample.percentileMillis(n -> true, 0.5)).isEqualTo(1, within(1e-9));
        assertThat(sample.percentileMillis(n -> true, 0.7)).isEqualTo(1.5, within(1e-9));
        assertThat(sample.percentileMillis(n -> true, 0.95)).isEqualTo(3, within(1e-9));
        assertThat(sample.percentileMillis(n -> true, 1)).isEqualTo(4, within(1e-9));
    }

    @Test
    void emptyBucketsAreStridden() {
        Sample sample = histogram("t", 0, 0, 10);

        assertThat(sample.percentileMillis(n -> true, 0.5)).isEqualTo(3, within(1e-9));
    }

    @Test
    void severalHistogramsGiveOnePercentile() {
        Sample sample = histogram("a", 10, 10, 10).plus(histogram("b", 0, 0, 10));

        assertThat(sample.percentileMillis(n -> true, 0.75)).isEqualTo(3, within(1e-9));
        assertThat(sample.percentileMillis("a"::equals, 0.75)).isEqualTo(0.75, within(1e-9));
    }

    @Test
    void withoutSamplesThereIsNoPercentile() {
        assertThat(Sample.NONE.percentileMillis(n -> true, 0.5)).isEqualTo(-1);
        assertThat(histogram("t", 0, 0, 0).percentileMillis(n -> true, 0.5)).isEqualTo(-1);
        assertThat(histogram("t", 1, 1, 1).percentileMillis("u"::equals, 0.5)).isEqualTo(-1);
    }
}
