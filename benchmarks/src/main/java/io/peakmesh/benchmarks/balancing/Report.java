package io.peakmesh.benchmarks.balancing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.peakmesh.benchmarks.run.Machine;
import io.peakmesh.benchmarks.run.Percentiles;
import io.peakmesh.model.Balancing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A run as text for people and as JSON.
 *
 * @param revision the commit that was measured
 * @param load the machine's load averages before and after the run
 * @param whole all scenarios at their own length, with all policies
 * @param plot the name of the plot's file beside the report
 */
record Report(
        String date,
        String revision,
        Machine machine,
        List<String> load,
        boolean whole,
        int rounds,
        long seed,
        Balancing.PeakEwma settings,
        String plot,
        List<Results> results) {
    Report {
        load = List.copyOf(load);
        results = List.copyOf(results);
    }

    String markdown() {
        StringBuilder out = new StringBuilder();
        out.append("# Balancing, ").append(date).append("\n\n");
        out.append(machine.line(load, revision)).append("\n\n");
        out.append(method());
        if (!whole) {
            out.append("\nNot a whole run: too little to judge the goals by.\n");
        }
        List<Goal> goals = Goal.of(results);
        if (!goals.isEmpty()) {
            out.append("\n## Goals\n\n").append(Table.of(goals));
        }
        out.append("\n## Latency by percentile, all rounds together\n\n");
        out.append("![latency by percentile](").append(plot).append(")\n\n## Scenarios\n");
        for (Results one : results) {
            out.append('\n').append(Table.of(one));
        }
        return out.toString();
    }

    private String method() {
        return """
        One command runs it all on one machine, over loopback: the backends (one JVM, a port and a
        seeded behaviour each, %s ms a request unless said), a generator (a JVM of its own) and
        stock Envoys with one worker each. Each measurement has a fresh Envoy that has learnt
        nothing yet, and its first requests are in the figures; the generator's connections to it
        are open before. No retries, circuit breakers out of the way. Peak-EWMA: decay %,d ms, first
        estimate %d ms, penalties %,d ms (failure) and %,d ms (error).

        - Open loop: requests are sent at the moments of a Poisson process, whatever has become of
          the earlier ones, each on an idle connection or a new one. Latency counts from the moment
          at which a request was due, so lateness of the generator is in it. Failed requests are in
          the percentiles with the time until they failed.
        - %d rounds (seed %d). In a round each scenario, in a scenario each policy in turn, with the
          same moments and the same seeds of the backends; each round begins with another policy.
          A cell is the median of the rounds, with the least and the most.
        - "recovery": from the moment at which the bad one is sound again to the end of the first
          second in which it gets 80 %% of an even share.
        - "to bad": requests that a bad backend answered, or none did. "least-request, ejecting" is
          what a proxy without the module gets: with the mesh's outlier detection.
        - "no proxy" is the generator straight to the backends in turn, so the floor of the rest.
        """
                .formatted(
                        ServiceTime.SHORT.millis(),
                        settings.decayMillis(),
                        settings.defaultRttMillis(),
                        settings.failurePenaltyMillis(),
                        settings.errorPenaltyMillis(),
                        rounds,
                        seed);
    }

    /** Every round's figures, and their summaries as median, least, most. */
    String json() throws IOException {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("date", date);
        root.put("revision", revision);
        root.put("machine", machine);
        root.put("loadAverages", load);
        root.put("whole", whole);
        root.put("rounds", rounds);
        root.put("seed", seed);
        root.put("peakEwma", settings);
        root.put("goals", Goal.of(results));
        List<Object> scenarios = new ArrayList<>();
        for (Results one : results) {
            Map<String, Object> scenario = new LinkedHashMap<>();
            scenario.put("name", one.scenario().name());
            scenario.put("seconds", one.scenario().seconds());
            scenario.put("rps", one.scenario().rps());
            scenario.put("summary", summary(one));
            scenario.put("rounds", one.rounds());
            scenarios.add(scenario);
        }
        root.put("scenarios", scenarios);
        return new ObjectMapper()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .writeValueAsString(root)
                + "\n";
    }

    private static Map<Policy, Object> summary(Results results) {
        Map<Policy, Object> summary = new LinkedHashMap<>();
        for (Policy policy : results.rounds().keySet()) {
            Map<Figure, double[]> figures = new LinkedHashMap<>();
            for (Figure figure : Figure.values()) {
                if (results.has(figure)) {
                    Percentiles of = results.of(policy, figure);
                    figures.put(figure, new double[] {of.median(), of.least(), of.most()});
                }
            }
            summary.put(policy, figures);
        }
        return summary;
    }
}
