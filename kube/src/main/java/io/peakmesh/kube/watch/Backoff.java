package io.peakmesh.kube.watch;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: 100 ms, twice as long after each failure up to a limit,
 * and each time a random part of that, at least half, so that many do not come back at once.
 */
final class Backoff {
    private static final long SHORTEST_MILLIS = 100;

    private final RandomGenerator random;
    private final long longestMillis;
    private long nextMillis = SHORTEST_MILLIS;

    Backoff(RandomGenerator random, Duration longest) {
        this.random = random;
        this.longestMillis = Math.max(SHORTEST_MILLIS, longest.toMillis());
    }

    Duration next() {
        Duration wait = jittered(nextMillis);
        nextMillis = Math.min(longestMillis, nextMillis * 2);
        return wait;
    }

    /** A random time from a half of it to all of it. */
    Duration jittered(long millis) {
        return Duration.ofMillis(millis / 2 + random.nextLong(millis / 2 + 1));
    }

    void reset() {
        nextMillis = SHORTEST_MILLIS;
    }
}
