package io.peakmesh.benchmarks.balancing;

import io.peakmesh.benchmarks.run.Percentiles;
import java.util.EnumMap;
import java.util.Map;

/** A measurement's figures. */
final class Figures {
    /** The window in which a recovered backend's share is looked at, and how it is moved on. */
    private static final double WINDOW_SECONDS = 1;

    private static final double STEP_SECONDS = 0.1;

    /** A share counts as fair again from this part of an even one on. */
    private static final double FAIR_AGAIN = 0.8;

    private Figures() {}

    /** Which of them a scenario has: a share only with bad backends, a recovery only if they do. */
    static Map<Figure, Double> of(Scenario scenario, Measurement measured) {
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        Percentiles latency = new Percentiles(measured.millis());
        figures.put(Figure.P50, latency.at(50));
        figures.put(Figure.P99, latency.at(99));
        figures.put(Figure.P999, latency.at(99.9));
        figures.put(Figure.SUCCESS, success(scenario, measured));
        if (!scenario.bad().isEmpty()) {
            figures.put(Figure.BAD_SHARE, badShare(scenario, measured));
        }
        if (scenario.recoversAt() >= 0) {
            figures.put(Figure.RECOVERY, recovery(scenario, measured));
        }
        return figures;
    }

    private static double success(Scenario scenario, Measurement measured) {
        int good = 0;
        for (int i = 0; i < measured.size(); i++) {
            if (measured.status(i) == 200
                    && measured.latency(i) <= scenario.deadlineMillis() * 1_000_000L) {
                good++;
            }
        }
        return 100.0 * good / measured.size();
    }

    /** Of the requests, in percent: those that a bad backend answered, and those that none did. */
    private static double badShare(Scenario scenario, Measurement measured) {
        int bad = 0;
        for (int i = 0; i < measured.size(); i++) {
            int backend = measured.backend(i);
            if (backend < 0 || scenario.bad().contains(backend)) {
                bad++;
            }
        }
        return 100.0 * bad / measured.size();
    }

    /**
     * Seconds from the moment at which the bad ones are sound again until the end of the first
     * second in which they get 80 % of an even share; NaN if there is none.
     */
    private static double recovery(Scenario scenario, Measurement measured) {
        double fair = (double) scenario.bad().size() / scenario.backends().size();
        double from = scenario.recoversAt();
        for (int step = 0; ; step++) {
            double begin = from + step * STEP_SECONDS;
            double end = begin + WINDOW_SECONDS;
            if (end > scenario.seconds()) {
                return Double.NaN;
            }
            if (badShareOf(scenario, measured, Window.ofSeconds(begin, end)) >= FAIR_AGAIN * fair) {
                return end - from;
            }
        }
    }

    private static double badShareOf(Scenario scenario, Measurement measured, Window window) {
        int all = 0;
        int bad = 0;
        for (int i = 0; i < measured.size(); i++) {
            if (window.contains(measured.scheduled(i))) {
                all++;
                bad += scenario.bad().contains(measured.backend(i)) ? 1 : 0;
            }
        }
        return all == 0 ? 0 : (double) bad / all;
    }
}
