package io.peakmesh.cli.demo;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One step of the walk and what was measured in it.
 *
 * @param held whether what the step shows did hold
 * @param why what did not hold; empty if all did
 */
record Step(String name, boolean held, String why, Map<String, Object> measured) {

    /** The step's figures in one line. */
    String headline() {
        StringBuilder line = new StringBuilder();
        measured.forEach((key, value) -> {
            if (!(value instanceof Map)) {
                line.append(line.isEmpty() ? "" : ", ").append(key).append('=').append(value);
            }
        });
        return line.toString();
    }

    /** Collects a step's figures and the checks on them. */
    static final class Builder {
        private final String name;
        private final Map<String, Object> measured = new LinkedHashMap<>();
        private final StringBuilder why = new StringBuilder();

        Builder(String name) {
            this.name = name;
        }

        Builder figure(String key, Object value) {
            measured.put(key, value);
            return this;
        }

        /** The usual figures of a window of load. */
        Builder load(String prefix, Tally tally) {
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("requests", tally.requests());
            figures.put("failures", tally.failures());
            if (tally.failures() > 0) {
                figures.put("failuresByReason", tally.failuresByReason());
            }
            figures.put("p50Millis", Math.round(tally.percentileMillis(0.5) * 10) / 10.0);
            figures.put("p99Millis", Math.round(tally.percentileMillis(0.99) * 10) / 10.0);
            return figure(prefix, figures);
        }

        Builder check(boolean holds, String otherwise) {
            if (!holds) {
                why.append(why.isEmpty() ? "" : "; ").append(otherwise);
            }
            return this;
        }

        Step build() {
            return new Step(name, why.isEmpty(), why.toString(), measured);
        }
    }
}
