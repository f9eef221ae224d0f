package io.peakmesh.benchmarks.balancing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * All measurements of a run, interleaved: in each round each scenario, in each scenario each
 * policy; another policy begins in each round.
 *
 * @param wanted which policies are measured
 */
record Run(List<Scenario> scenarios, int rounds, long seed, Predicate<Policy> wanted) {
    /** What a measurement takes beside its load: Envoy's start and end, and the last answers. */
    private static final double BESIDE_SECONDS = 0.8;

    private static final int WARM_UP_SECONDS = 3;

    Run {
        scenarios = List.copyOf(scenarios);
    }

    /** One measurement to come. */
    record Step(int round, Scenario scenario, int number, Policy policy) {
        String name() {
            return "%d-%s-%s"
                    .formatted(round, scenario.name(), policy.name().toLowerCase(Locale.ROOT));
        }
    }

    List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            for (int number = 0; number < scenarios.size(); number++) {
                Scenario scenario = scenarios.get(number);
                if (round > scenario.mostRounds()) {
                    continue;
                }
                List<Policy> policies =
                        new ArrayList<>(scenario.policies().stream().filter(wanted).toList());
                Collections.rotate(policies, 1 - round);
                for (Policy policy : policies) {
                    steps.add(new Step(round, scenario, number, policy));
                }
            }
        }
        return steps;
    }

    static double estimateSeconds(List<Step> steps) {
        return steps.stream().mapToDouble(step -> step.scenario().seconds() + BESIDE_SECONDS).sum();
    }

    /** Measures them all; {@code tell} gets a line for each. */
    List<Results> all(Bench bench, Consumer<String> tell) throws IOException, InterruptedException {
        Map<String, Results> results = new LinkedHashMap<>();
        scenarios.forEach(scenario -> results.put(scenario.name(), new Results(scenario)));
        warmUp(bench);
        List<Step> steps = steps();
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            Results of = results.getOrDefault(step.scenario().name(), new Results(step.scenario()));
            Measurement measured =
                    bench.measure(step.scenario(), step.policy(), seed(step), step.name());
            Map<Figure, Double> figures = of.add(step.policy(), measured);
            double left = estimateSeconds(steps.subList(i + 1, steps.size()));
            tell.accept(
                    "%3d/%d, %2.0f min left: round %d, %s, %s: %s"
                            .formatted(
                                    i + 1,
                                    steps.size(),
                                    Math.ceil(left / 60),
                                    step.round(),
                                    step.scenario().name(),
                                    step.policy().label(),
                                    line(figures)));
        }
        return List.copyOf(results.values());
    }

    /** The two processes have compiled what they do most before the first measurement. */
    private void warmUp(Bench bench) throws IOException, InterruptedException {
        Scenario equal =
                Catalogue.named(Catalogue.EQUAL, Optional.of(WARM_UP_SECONDS)).orElseThrow();
        bench.measure(equal, Policy.NO_PROXY, seed, "warm-up-1");
        bench.measure(equal, Policy.ROUND_ROBIN, seed, "warm-up-2");
    }

    /** The same for all policies of a scenario in a round. */
    private long seed(Step step) {
        return (seed * 1_000 + step.round()) * 100 + step.number();
    }

    private static String line(Map<Figure, Double> figures) {
        List<String> words = new ArrayList<>();
        figures.forEach((figure, value) -> words.add(figure.label() + " " + figure.text(value)));
        return String.join(", ", words);
    }
}
