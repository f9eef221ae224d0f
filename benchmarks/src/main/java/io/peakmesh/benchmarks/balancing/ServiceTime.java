package io.peakmesh.benchmarks.balancing;

import java.util.random.RandomGenerator;

/** How long a sound backend takes: a normal distribution, cut at half and twice its mean. */
record ServiceTime(double millis, double deviationMillis) {
    /** What the backends of most scenarios take. */
    static final ServiceTime SHORT = new ServiceTime(2, 0.2);

    ServiceTime plus(double moreMillis) {
        return new ServiceTime(millis + moreMillis, deviationMillis);
    }

    /** In nanoseconds. */
    long draw(RandomGenerator random) {
        double drawn = random.nextGaussian(millis, deviationMillis);
        return (long) (Math.clamp(drawn, millis / 2, millis * 2) * 1e6);
    }
}
