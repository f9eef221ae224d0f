package io.peakmesh.cli.demo;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * An Envoy's statistics at one moment, or what was added to them between two moments.
 *
 * @param histograms name → (upper bound in milliseconds → samples at or under it)
 */
record Sample(
        SortedMap<String, Long> counters, SortedMap<String, SortedMap<Double, Long>> histograms) {
    static final Sample NONE = new Sample(new TreeMap<>(), new TreeMap<>());

    /** Whether this can be a later sample of the same process: no counter has gone back. */
    boolean continues(Sample earlier) {
        return earlier.counters.entrySet().stream()
                .allMatch(c -> counters.getOrDefault(c.getKey(), 0L) >= c.getValue());
    }

    /** What this sample has more than an earlier one of the same process. */
    Sample since(Sample earlier) {
        SortedMap<String, Long> more = new TreeMap<>();
        counters.forEach(
                (name, value) -> more.put(name, value - earlier.counters.getOrDefault(name, 0L)));
        SortedMap<String, SortedMap<Double, Long>> moreSamples = new TreeMap<>();
        histograms.forEach((name, buckets) -> {
            SortedMap<Double, Long> before = earlier.histograms.getOrDefault(name, new TreeMap<>());
            SortedMap<Double, Long> added = new TreeMap<>();
            buckets.forEach((b, n) -> added.put(b, n - before.getOrDefault(b, 0L)));
            moreSamples.put(name, added);
        });
        return new Sample(more, moreSamples);
    }

    /** Both together, as if one process had counted. */
    Sample plus(Sample other) {
        SortedMap<String, Long> sum = new TreeMap<>(counters);
        other.counters.forEach((name, value) -> sum.merge(name, value, Long::sum));
        SortedMap<String, SortedMap<Double, Long>> all = new TreeMap<>();
        for (Sample sample : new Sample[] {this, other}) {
            sample.histograms.forEach((name, buckets) -> {
                SortedMap<Double, Long> into = all.computeIfAbsent(name, n -> new TreeMap<>());
                buckets.forEach((b, n) -> into.merge(b, n, Long::sum));
            });
        }
        return new Sample(sum, all);
    }

    long sum(Predicate<String> names) {
        long sum = 0;
        for (Map.Entry<String, Long> counter : counters.entrySet()) {
            if (names.test(counter.getKey())) {
                sum += counter.getValue();
            }
        }
        return sum;
    }

    /**
     * The latency that {@code share} of the samples did not exceed, interpolated within its bucket;
     * -1 without samples.
     */
    double percentileMillis(Predicate<String> names, double share) {
        SortedMap<Double, Long> merged = new TreeMap<>();
        histograms.forEach((name, buckets) -> {
            if (names.test(name)) {
                buckets.forEach((b, n) -> merged.merge(b, n, Long::sum));
            }
        });
        long total = merged.isEmpty() ? 0 : merged.getOrDefault(merged.lastKey(), 0L);
        if (total <= 0) {
            return -1;
        }
        double wanted = share * total;
        double bound = 0;
        long under = 0;
        for (Map.Entry<Double, Long> bucket : merged.entrySet()) {
            if (bucket.getValue() >= wanted && bucket.getValue() > under) {
                double within = (wanted - under) / (bucket.getValue() - under);
                return bound + within * (bucket.getKey() - bound);
            }
            bound = bucket.getKey();
            under = bucket.getValue();
        }
        return bound;
    }
}
