package io.peakmesh.benchmarks.balancing;

/**
 * A part of a measurement.
 *
 * @param from nanoseconds from its start, the first inside
 * @param until the first that is outside again
 */
record Window(long from, long until) {
    /** Before the measurement, all through it and after it. */
    static final Window ALWAYS = new Window(Long.MIN_VALUE, Long.MAX_VALUE);

    Window {
        if (until < from) {
            throw new IllegalArgumentException("a window that ends before it begins");
        }
    }

    static Window ofSeconds(double from, double until) {
        return new Window((long) (from * 1e9), (long) (until * 1e9));
    }

    boolean contains(long at) {
        return from <= at && at < until;
    }
}
