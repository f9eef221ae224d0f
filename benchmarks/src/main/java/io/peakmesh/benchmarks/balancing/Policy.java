package io.peakmesh.benchmarks.balancing;

import java.util.List;

/** How a sidecar chooses, in the order of the tables. */
enum Policy {
    /** The generator straight to the backends in turn: what the two of them take by themselves. */
    NO_PROXY("no proxy, in turn", "#c9c9c9"),
    ROUND_ROBIN("round robin", "#8c8c8c"),
    RANDOM("random", "#e08e0b"),
    LEAST_REQUEST("least-request", "#2166ac"),
    /** What a proxy without the module gets. */
    LEAST_REQUEST_EJECTING("least-request, ejecting", "#6f4fa3"),
    PEAK_EWMA("Peak-EWMA", "#c1121f");

    static final List<Policy> ALL = List.of(ROUND_ROBIN, RANDOM, LEAST_REQUEST, PEAK_EWMA);
    static final List<Policy> WITH_FALLBACK =
            List.of(ROUND_ROBIN, RANDOM, LEAST_REQUEST, LEAST_REQUEST_EJECTING, PEAK_EWMA);
    static final List<Policy> WITH_FLOOR =
            List.of(NO_PROXY, ROUND_ROBIN, RANDOM, LEAST_REQUEST, PEAK_EWMA);

    private final String label;
    private final String colour;

    Policy(String label, String colour) {
        this.label = label;
        this.colour = colour;
    }

    String label() {
        return label;
    }

    /** In the plot; told apart also by those who see no red or green. */
    String colour() {
        return colour;
    }
}
