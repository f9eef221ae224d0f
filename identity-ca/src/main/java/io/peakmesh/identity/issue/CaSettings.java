package io.peakmesh.identity.issue;

import java.time.Duration;

/**
 * How long certificates live.
 *
 * @param rootLifetime of a root made here
 * @param intermediateLifetime of the intermediate, which is replaced at half of it
 * @param leafLifetime counted from the moment of issue; a leaf never outlives its issuers
 * @param backdate by how much a certificate is valid before the moment of issue, for nodes whose
 *     clocks are behind; Kubernetes allows a signer no more than 5 minutes
 */
public record CaSettings(
        Duration rootLifetime,
        Duration intermediateLifetime,
        Duration leafLifetime,
        Duration backdate) {
    /** X.509 counts in seconds, and a renewal needs some. */
    public static final Duration SHORTEST = Duration.ofSeconds(2);

    public static final Duration LONGEST_BACKDATE = Duration.ofMinutes(5);

    public CaSettings {
        for (Duration lifetime :
                new Duration[] {rootLifetime, intermediateLifetime, leafLifetime}) {
            if (lifetime.compareTo(SHORTEST) < 0) {
                throw new IllegalArgumentException(
                        "a certificate's lifetime must be at least 2 s, have " + lifetime);
            }
        }
        if (backdate.isNegative() || backdate.compareTo(LONGEST_BACKDATE) > 0) {
            throw new IllegalArgumentException("backdate must be 0 to 5 min, have " + backdate);
        }
    }

    /** Root 10 years, intermediate 30 days, leaf 12 hours, valid 4 minutes back. */
    public static CaSettings byDefault() {
        return new CaSettings(
                Duration.ofDays(3650),
                Duration.ofDays(30),
                Duration.ofHours(12),
                Duration.ofMinutes(4));
    }

    public CaSettings withLeafLifetime(Duration lifetime) {
        return new CaSettings(rootLifetime, intermediateLifetime, lifetime, backdate);
    }
}
