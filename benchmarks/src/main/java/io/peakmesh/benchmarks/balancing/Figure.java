package io.peakmesh.benchmarks.balancing;

import java.util.Locale;

/** What is told of a measurement, in the order of the columns. */
enum Figure {
    P50("p50 ms", 1),
    P99("p99 ms", 1),
    P999("p99.9 ms", 1),
    SUCCESS("success %", 2),
    BAD_SHARE("to bad %", 1),
    RECOVERY("recovery s", 1);

    private final String label;
    private final int decimals;

    Figure(String label, int decimals) {
        this.label = label;
        this.decimals = decimals;
    }

    String label() {
        return label;
    }

    String text(double value) {
        return Double.isNaN(value)
                ? "never"
                : String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
