package io.peakmesh.peakewma;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is configured; the table in {@code ALGORITHM.md} is the source of names, ranges and
 * defaults.
 *
 * @param decayMillis time in which a peak is forgotten to a 1/e part, 1 to 600,000
 * @param defaultRttMillis what a tried endpoint is taken for before its first answer, 1 to 60,000
 * @param failurePenaltyMillis how long one that gave no answer is avoided, 0 (off) to 60,000
 * @param errorPenaltyMillis the same for one that answers with errors, 0 (off) to 60,000
 * @param maxRetryAfterMillis longest wait that a server may ask for, 0 (ignored) to 300,000
 * @param connections connections are balanced, not requests; only proxies make the difference
 * @param localityWeighted first a locality is chosen by its weight, then an endpoint in it
 */
public record PeakEwmaConfig(
        int decayMillis,
        int defaultRttMillis,
        int failurePenaltyMillis,
        int errorPenaltyMillis,
        int maxRetryAfterMillis,
        boolean connections,
        boolean localityWeighted) {

    /** Every field at its default. */
    public static final PeakEwmaConfig DEFAULT =
            new PeakEwmaConfig(2_500, 30, 5_000, 5_000, 30_000, false, false);

    private static final long NANOS = 1_000_000;

    /**
     * Checks each range.
     *
     * @throws IllegalArgumentException with the field's name, its range and the value
     */
    public PeakEwmaConfig {
        check("decay_ms", decayMillis, 1, 600_000);
        check("default_rtt_ms", defaultRttMillis, 1, 60_000);
        check("failure_penalty_ms", failurePenaltyMillis, 0, 60_000);
        check("error_penalty_ms", errorPenaltyMillis, 0, 60_000);
        check("max_retry_after_ms", maxRetryAfterMillis, 0, 300_000);
    }

    /**
     * Reads the fields by the names of {@code ALGORITHM.md}; what is absent has its default.
     *
     * @param json a JSON object, its numbers of any {@link Number} class
     * @throws IllegalArgumentException with the name of a field that is unknown, of the wrong type
     *     or out of range
     */
    public static PeakEwmaConfig read(Map<String, ?> json) {
        int decay = DEFAULT.decayMillis;
        int defaultRtt = DEFAULT.defaultRttMillis;
        int failurePenalty = DEFAULT.failurePenaltyMillis;
        int errorPenalty = DEFAULT.errorPenaltyMillis;
        int maxRetryAfter = DEFAULT.maxRetryAfterMillis;
        boolean connections = DEFAULT.connections;
        boolean localityWeighted = DEFAULT.localityWeighted;
        for (Map.Entry<String, ?> field : json.entrySet()) {
            switch (field.getKey()) {
                case "decay_ms" -> decay = whole(field);
                case "default_rtt_ms" -> defaultRtt = whole(field);
                case "failure_penalty_ms" -> failurePenalty = whole(field);
                case "error_penalty_ms" -> errorPenalty = whole(field);
                case "max_retry_after_ms" -> maxRetryAfter = whole(field);
                case "connections" -> connections = truth(field);
                case "locality_weighted" -> localityWeighted = truth(field);
                default ->
                        throw new IllegalArgumentException(
                                "peak_ewma: unknown field " + printable(field.getKey()));
            }
        }
        return new PeakEwmaConfig(
                decay,
                defaultRtt,
                failurePenalty,
                errorPenalty,
                maxRetryAfter,
                connections,
                localityWeighted);
    }

    double decayNanos() {
        return (double) decayMillis * NANOS;
    }

    double defaultRttNanos() {
        return (double) defaultRttMillis * NANOS;
    }

    long failurePenaltyNanos() {
        return failurePenaltyMillis * NANOS;
    }

    long errorPenaltyNanos() {
        return errorPenaltyMillis * NANOS;
    }

    long maxRetryAfterNanos() {
        return maxRetryAfterMillis * NANOS;
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "peak_ewma: %s must be %d to %d, not %d".formatted(name, least, most, value));
        }
    }

    private static int whole(Map.Entry<String, ?> field) {
        if (field.getValue() instanceof Number number) {
            double value = number.doubleValue();
            int whole = (int) value;
            if (whole == value) {
                return whole;
            }
        }
        throw new IllegalArgumentException(
                "peak_ewma: %s must be a whole number of milliseconds, not %s"
                        .formatted(field.getKey(), printable(field.getValue())));
    }

    private static boolean truth(Map.Entry<String, ?> field) {
        if (field.getValue() instanceof Boolean value) {
            return value;
        }
        throw new IllegalArgumentException(
                "peak_ewma: %s must be true or false, not %s"
                        .formatted(field.getKey(), printable(field.getValue())));
    }

    /** One short line, whatever a peer sent. */
    private static String printable(@Nullable Object value) {
        String text = String.valueOf(value);
        return text.substring(0, Math.min(text.length(), 100)).replaceAll("\\p{IsControl}", "?");
    }
}
