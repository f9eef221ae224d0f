package io.peakmesh.peakewma;

/**
 * What is known of one endpoint: the events of {@code ALGORITHM.md} go in, its cost comes out. All
 * times are nanoseconds of one monotonic clock that counts from 0 up.
 *
 * <p>Any thread may call anything. Events wait for each other, each for some tens of nanoseconds;
 * reading waits for nobody and may see an event half done, which bends one estimate for that moment
 * and never makes it negative or infinite.
 */
public final class Endpoint {
    private static final long NONE = -1;
    private static final double FLOOR = 1e6;
    private static final double FULL_SILENCE = 1e9;

    /** A caller may wait for hours on purpose. */
    private static final double MOST_SLOW = 1e9;

    /** On top of a penalty, so that its last milliseconds do not cost less than an answer. */
    private static final double AVOIDED = 1e9;

    private volatile PeakEwmaConfig config;
    private volatile double cost;
    private volatile long stamp;
    private volatile boolean sampled;
    private volatile boolean tried;
    private volatile long waiting = NONE;
    private volatile long until;
    private volatile long told;
    private volatile int rounds;
    private int streak;
    private boolean succeeded;

    /** An endpoint of which nothing is known yet. */
    public Endpoint(PeakEwmaConfig config) {
        this.config = config;
    }

    /** Changes what is configured from now on; what is known stays. */
    public void configure(PeakEwmaConfig newConfig) {
        config = newConfig;
    }

    /**
     * A request goes there.
     *
     * @param outstanding requests that it had not finished before this one
     */
    public synchronized void picked(long nowNanos, int outstanding) {
        if (!tried && !sampled) {
            stamp = nowNanos;
        }
        tried = true;
        if (waiting == NONE || outstanding == 0) {
            waiting = nowNanos;
        }
    }

    /** Bytes came, on whatever stream. */
    public void sign() {
        if (waiting != NONE) {
            synchronized (this) {
                waiting = NONE;
            }
        }
    }

    /**
     * An answer came that is no error.
     *
     * @param rttNanos from the request to the first byte of the answer
     */
    public synchronized void answered(long nowNanos, long rttNanos) {
        waiting = NONE;
        streak = 0;
        rounds = 0;
        until = 0;
        succeeded = true;
        double rtt = Math.max(0, rttNanos);
        if (sampled) {
            double old = decay(nowNanos);
            cost = Math.max(rtt, cost * old + rtt * (1 - old));
        } else {
            cost = rtt;
        }
        stamp = nowNanos;
        sampled = true;
    }

    /**
     * No byte came yet, or the caller gave up: the cost can only rise.
     *
     * @param elapsedNanos since the request; counts one second at most
     */
    public synchronized void slow(long nowNanos, long elapsedNanos) {
        double counted = Math.min((double) elapsedNanos, MOST_SLOW);
        if (counted > decayed(nowNanos)) {
            cost = counted;
            stamp = nowNanos;
            sampled = true;
        }
    }

    /** It could not be connected to, reset the stream before an answer, or a request timed out. */
    public synchronized void failed(long nowNanos) {
        punish(nowNanos, config.failurePenaltyNanos(), true);
    }

    /**
     * An answer came that is an error.
     *
     * @param retryAfterNanos how long the server asks to be left alone, 0 if it does not
     */
    public synchronized void error(long nowNanos, long retryAfterNanos) {
        waiting = NONE;
        if (retryAfterNanos > 0) {
            long wait = Math.min(retryAfterNanos, config.maxRetryAfterNanos());
            told = Math.max(told, nowNanos + wait);
        }
        punish(nowNanos, config.errorPenaltyNanos(), !succeeded);
    }

    private void punish(long nowNanos, long penaltyNanos, boolean atOnce) {
        if (penaltyNanos == 0 || nowNanos < until) {
            return;
        }
        streak = Math.min(streak, Integer.MAX_VALUE - 1) + 1;
        if (atOnce || streak > 1) {
            until = nowNanos + (rounds == 0 ? penaltyNanos : 2 * penaltyNanos);
            rounds = Math.min(rounds, Integer.MAX_VALUE - 1) + 1;
        }
    }

    /** Nanoseconds that its next answer is expected to take, by its answers alone. */
    public double estimate(long nowNanos, int outstanding) {
        if (sampled) {
            return Math.max(FLOOR, decayed(nowNanos));
        }
        if (tried) {
            return Math.max(FLOOR, config.defaultRttNanos() * decay(nowNanos));
        }
        return outstanding > 0 ? config.defaultRttNanos() : 0;
    }

    /** Nanoseconds that it has been silent with requests outstanding; fades after one second. */
    public double silence(long nowNanos, int outstanding) {
        long since = waiting;
        if (since == NONE || outstanding == 0) {
            return 0;
        }
        double silent = Math.max(0, nowNanos - since);
        return silent <= FULL_SILENCE
                ? silent
                : FULL_SILENCE * Math.exp((FULL_SILENCE - silent) / config.decayNanos());
    }

    /** Nanoseconds until it is expected to be of use again; 0 if it is in favour. */
    public double penalty(long nowNanos, int outstanding) {
        long rest = Math.max(0, Math.max(until - nowNanos, told - nowNanos));
        if (rounds > 0 && outstanding > 0) {
            rest = Math.max(rest, config.failurePenaltyNanos());
        }
        return rest;
    }

    /**
     * What one more request costs: the lower, the better.
     *
     * @param weight its share of the load beside others, from 1
     */
    public double load(long nowNanos, int outstanding, long weight) {
        double answer = Math.max(estimate(nowNanos, outstanding), silence(nowNanos, outstanding));
        double penalty = penalty(nowNanos, outstanding);
        double avoided = penalty > 0 ? AVOIDED : 0;
        return (answer + penalty + avoided) * (outstanding + 1.0) / weight;
    }

    private double decayed(long nowNanos) {
        return sampled ? cost * decay(nowNanos) : 0;
    }

    private double decay(long nowNanos) {
        return Math.exp(-Math.max(0, nowNanos - stamp) / config.decayNanos());
    }
}
