package io.peakmesh.model;

import java.util.Optional;

/**
 * How clients choose an endpoint of a service.
 *
 * @param peakEwma for {@link Policy#PEAK_EWMA}
 * @param hashOn for the two policies that hash; empty for those means the caller's address
 */
public record Balancing(Policy policy, PeakEwma peakEwma, Optional<HashOn> hashOn) {
    /**
     * The load-balancing policies, by the words of the {@code peakmesh.io/balancing} annotation.
     */
    public enum Policy {
        /** Where the proxy carries the module; least-request elsewhere. */
        PEAK_EWMA,
        LEAST_REQUEST,
        ROUND_ROBIN,
        RANDOM,
        RING_HASH,
        MAGLEV
    }

    /** What of a request stays with one endpoint. */
    public sealed interface HashOn {
        /** A header's value, its name in lower case. */
        record Header(String name) implements HashOn {}

        /** A cookie's value. */
        record Cookie(String name) implements HashOn {}

        /** The caller's IP address; the only choice for plain TCP. */
        record SourceAddress() implements HashOn {}
    }

    /**
     * What can be set of Peak-EWMA; ranges as in peak-ewma/ALGORITHM.md.
     *
     * @param decayMillis in which a peak is forgotten (time constant), 1 to 600,000
     * @param defaultRttMillis what an endpoint is taken for until its first answer, 1 to 60,000
     * @param failurePenaltyMillis how long an endpoint without an answer is avoided, 0 to 60,000
     * @param errorPenaltyMillis how long one that answers with errors is avoided, 0 to 60,000
     * @param maxRetryAfterMillis the longest Retry-After that is honoured, 0 to 300,000
     */
    public record PeakEwma(
            int decayMillis,
            int defaultRttMillis,
            int failurePenaltyMillis,
            int errorPenaltyMillis,
            int maxRetryAfterMillis) {
        public static final PeakEwma DEFAULT = new PeakEwma(2_500, 30, 5_000, 5_000, 30_000);
    }

    public static final Balancing DEFAULT = of(Policy.PEAK_EWMA);

    /** A policy with nothing set. */
    public static Balancing of(Policy policy) {
        return new Balancing(policy, PeakEwma.DEFAULT, Optional.empty());
    }
}
