package io.peakmesh.benchmarks.balancing;

import io.peakmesh.benchmarks.run.Percentiles;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/** The rounds of one scenario, by policy. */
final class Results {
    private final Scenario scenario;
    private final Map<Policy, List<Map<Figure, Double>>> rounds = new EnumMap<>(Policy.class);
    private final Map<Policy, List<double[]>> latencies = new EnumMap<>(Policy.class);

    Results(Scenario scenario) {
        this.scenario = scenario;
    }

    /** Adds a round, and returns its figures. */
    Map<Figure, Double> add(Policy policy, Measurement measured) {
        Map<Figure, Double> figures = Figures.of(scenario, measured);
        rounds.computeIfAbsent(policy, key -> new ArrayList<>()).add(figures);
        latencies.computeIfAbsent(policy, key -> new ArrayList<>()).add(measured.millis());
        return figures;
    }

    Scenario scenario() {
        return scenario;
    }

    /** By round. */
    Map<Policy, List<Map<Figure, Double>>> rounds() {
        return rounds;
    }

    boolean has(Figure figure) {
        return rounds.values().stream()
                .anyMatch(list -> list.stream().anyMatch(round -> round.containsKey(figure)));
    }

    /** One value a round; NaN counts as longer than anything. */
    Percentiles of(Policy policy, Figure figure) {
        return new Percentiles(
                rounds.getOrDefault(policy, List.of()).stream()
                        .mapToDouble(round -> round.getOrDefault(figure, Double.NaN))
                        .toArray());
    }

    double median(Policy policy, Figure figure) {
        return of(policy, figure).median();
    }

    /** One policy's median by another's; NaN where one of them was not measured or is 0. */
    double ratio(Policy policy, Policy to, Figure figure) {
        if (!rounds.containsKey(policy) || !rounds.containsKey(to)) {
            return Double.NaN;
        }
        double below = median(to, figure);
        return below == 0 ? Double.NaN : median(policy, figure) / below;
    }

    /** The latencies of all rounds in milliseconds, sorted. */
    double[] pooledMillis(Policy policy) {
        return latencies.getOrDefault(policy, List.of()).stream()
                .flatMapToDouble(DoubleStream::of)
                .sorted()
                .toArray();
    }
}
