package io.peakmesh.kube.connect;

import java.time.Duration;
import java.time.Instant;

/**
 * A token bucket: {@code burst} at once, {@code perSecond} over time. A clock that is set back
 * gives nothing away and costs nothing. Not for two threads at once.
 */
public final class Pace {
    /** Far below a token, far above what sums of many small times lose. */
    private static final double ROUNDING = 1e-6;

    private final double perSecond;
    private final int burst;
    private double tokens;
    private Instant last = Instant.MIN;

    /**
     * @param perSecond above 0
     * @param burst at least 1
     */
    public Pace(double perSecond, int burst) {
        if (!(perSecond > 0) || burst < 1) {
            throw new IllegalArgumentException("want a rate above 0 and a burst of 1 or more");
        }
        this.perSecond = perSecond;
        this.burst = burst;
        this.tokens = burst;
    }

    /** Takes one if it is there: zero; else nothing is taken, and this is the time until it is. */
    public Duration take(Instant now) {
        fill(now);
        if (tokens >= 1 - ROUNDING) {
            tokens = Math.max(0, tokens - 1);
            return Duration.ZERO;
        }
        return Duration.ofMillis((long) Math.ceil((1 - tokens) / perSecond * 1_000 - ROUNDING));
    }

    /**
     * Whether as many are there as ever will be, so that forgetting this bucket changes nothing.
     */
    public boolean full(Instant now) {
        fill(now);
        return tokens >= burst - ROUNDING;
    }

    private void fill(Instant now) {
        if (now.isAfter(last) && !last.equals(Instant.MIN)) {
            double seconds = Duration.between(last, now).toMillis() / 1_000.0;
            if (seconds > 0) {
                tokens = Math.min(burst, tokens + seconds * perSecond);
                last = now;
            }
        } else {
            last = now;
        }
    }
}
