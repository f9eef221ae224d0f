package io.peakmesh.benchmarks.fanout;

import io.peakmesh.benchmarks.run.Percentiles;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The rounds of one profile: a profile is a {@link Plan}; its rounds alternate between the two
 * servers.
 */
record Results(Plan plan, List<Map<Metric, Double>> controlPlane, List<Map<Metric, Double>> floor) {
    Results(Plan plan) {
        this(plan, new ArrayList<>(), new ArrayList<>());
    }

    static Percentiles of(List<Map<Metric, Double>> rounds, Metric metric) {
        return new Percentiles(
                rounds.stream().mapToDouble(round -> round.getOrDefault(metric, 0.0)).toArray());
    }

    /** Control plane by floor: the medians' quotient; NaN where the floor's is 0. */
    double ratio(Metric metric) {
        double below = of(floor, metric).median();
        return below == 0 ? Double.NaN : of(controlPlane, metric).median() / below;
    }

    /** Median, least and most of each figure. */
    static Map<Metric, double[]> summary(List<Map<Metric, Double>> rounds) {
        Map<Metric, double[]> summary = new EnumMap<>(Metric.class);
        for (Metric metric : Metric.values()) {
            Percentiles values = of(rounds, metric);
            summary.put(metric, new double[] {values.median(), values.least(), values.most()});
        }
        return summary;
    }
}
