package io.peakmesh.benchmarks.balancing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What was to be reached, and what was.
 *
 * @param what in words, with the bound
 * @param measured the median of the rounds; NaN if it never came
 */
record Goal(String what, double measured, String unit, boolean met) {
    private static final double SLOW_RATIO = 0.1;
    private static final double STALL_RATIO = 0.05;
    private static final double EQUAL_RATIO = 1.1;
    private static final double SUCCESS_PERCENT = 99.9;
    private static final double RECOVERY_SECONDS = 15;

    /** The goals of the scenarios that were run. */
    static List<Goal> of(List<Results> all) {
        List<Goal> goals = new ArrayList<>();
        for (Results results : all) {
            if (!results.rounds().containsKey(Policy.PEAK_EWMA)) {
                continue;
            }
            switch (results.scenario().name()) {
                case Catalogue.EQUAL -> goals.add(ratio(results, Policy.ROUND_ROBIN, EQUAL_RATIO));
                case Catalogue.SLOW -> goals.add(ratio(results, Policy.LEAST_REQUEST, SLOW_RATIO));
                case Catalogue.STALLS ->
                        goals.add(ratio(results, Policy.LEAST_REQUEST, STALL_RATIO));
                case Catalogue.REFUSES, Catalogue.HANGS, Catalogue.FAILS ->
                        goals.add(success(results));
                case Catalogue.RECOVERY -> goals.add(recovery(results));
                default -> {}
            }
        }
        return goals;
    }

    private static Goal ratio(Results results, Policy to, double bound) {
        double measured = results.ratio(Policy.PEAK_EWMA, to, Figure.P99);
        return new Goal(
                "%s: p99 at most %s times that of %s"
                        .formatted(results.scenario().title(), bound, to.label()),
                measured,
                "times",
                measured <= bound);
    }

    private static Goal success(Results results) {
        double measured = results.median(Policy.PEAK_EWMA, Figure.SUCCESS);
        return new Goal(
                "%s: success at least %s %%, without retries"
                        .formatted(results.scenario().title(), SUCCESS_PERCENT),
                measured,
                "%",
                measured >= SUCCESS_PERCENT);
    }

    private static Goal recovery(Results results) {
        double measured = results.median(Policy.PEAK_EWMA, Figure.RECOVERY);
        return new Goal(
                "%s: 80 %% of a fair share again within %.0f s"
                        .formatted(results.scenario().title(), RECOVERY_SECONDS),
                measured,
                "s",
                measured <= RECOVERY_SECONDS);
    }

    String value() {
        if (Double.isNaN(measured)) {
            return "never";
        }
        String format = unit.equals("times") ? "%.3f %s" : "%.2f %s";
        return String.format(Locale.ROOT, format, measured, unit);
    }

    String verdict() {
        return met ? "met" : "NOT MET";
    }
}
