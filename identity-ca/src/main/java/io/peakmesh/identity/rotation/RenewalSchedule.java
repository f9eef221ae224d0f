package io.peakmesh.identity.rotation;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/** When to replace a certificate: at half of its life, 10 % sooner or later by chance. */
public final class RenewalSchedule {
    /** Spreads the renewals of certificates that were issued together. */
    private static final double JITTER = 0.1;

    private RenewalSchedule() {}

    /** Between 45 % and 55 % of the way from {@code from} to {@code end}, to the millisecond. */
    public static Instant renewAt(Instant from, Instant end, RandomGenerator random) {
        double half = Duration.between(from, end).toMillis() / 2.0;
        double factor = 1 - JITTER + 2 * JITTER * random.nextDouble();
        return Instant.ofEpochMilli(from.toEpochMilli() + Math.round(half * factor));
    }
}
