package io.peakmesh.benchmarks.balancing;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** When requests are sent: a Poisson process, which takes no notice of answers. */
final class Schedule {
    private Schedule() {}

    /** Moments in nanoseconds from the start, rising, all within the seconds. */
    static long[] poisson(int rps, double seconds, RandomGenerator random) {
        long end = (long) (seconds * 1e9);
        long[] moments = new long[(int) (rps * seconds * 1.5) + 100];
        int count = 0;
        double at = 0;
        while (count < moments.length) {
            at += random.nextExponential() * 1e9 / rps;
            if (at >= end) {
                break;
            }
            moments[count++] = (long) at;
        }
        return Arrays.copyOf(moments, count);
    }
}
