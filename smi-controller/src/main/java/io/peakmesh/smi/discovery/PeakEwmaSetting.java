package io.peakmesh.smi.discovery;

import io.peakmesh.model.Balancing.PeakEwma;
import io.peakmesh.smi.object.Fields;
import io.peakmesh.smi.object.Report;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A time that tunes Peak-EWMA, each an annotation of its own; ranges as in its ALGORITHM.md.
 *
 * @param value what the model holds of it, in milliseconds
 */
record PeakEwmaSetting(
        String annotation, int leastMillis, int mostSeconds, ToIntFunction<PeakEwma> value) {
    private static final PeakEwmaSetting DECAY = of("decay", 1, 600, PeakEwma::decayMillis);
    private static final PeakEwmaSetting DEFAULT_RTT =
            of("default-rtt", 1, 60, PeakEwma::defaultRttMillis);
    private static final PeakEwmaSetting FAILURE_PENALTY =
            of("failure-penalty", 0, 60, PeakEwma::failurePenaltyMillis);
    private static final PeakEwmaSetting ERROR_PENALTY =
            of("error-penalty", 0, 60, PeakEwma::errorPenaltyMillis);
    private static final PeakEwmaSetting MAX_RETRY_AFTER =
            of("max-retry-after", 0, 300, PeakEwma::maxRetryAfterMillis);

    /** The annotations, in the order of the settings. */
    static final List<String> NAMES =
            Stream.of(DECAY, DEFAULT_RTT, FAILURE_PENALTY, ERROR_PENALTY, MAX_RETRY_AFTER)
                    .map(PeakEwmaSetting::annotation)
                    .toList();

    /** Gateway API's form of a duration (GEP-2257), with room for 600 s in milliseconds. */
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,6}(ms|s|m|h)){1,4}");

    private static final Pattern PART = Pattern.compile("([0-9]+)(ms|s|m|h)");

    private static PeakEwmaSetting of(
            String name, int leastMillis, int mostSeconds, ToIntFunction<PeakEwma> value) {
        return new PeakEwmaSetting(
                BalancingFacts.POLICY + "-" + name, leastMillis, mostSeconds, value);
    }

    /** All of them: the default where there is no annotation, {@code earlier} where it is bad. */
    static PeakEwma read(Map<String, String> annotations, PeakEwma earlier, Report report) {
        return new PeakEwma(
                DECAY.millis(annotations, earlier, report),
                DEFAULT_RTT.millis(annotations, earlier, report),
                FAILURE_PENALTY.millis(annotations, earlier, report),
                ERROR_PENALTY.millis(annotations, earlier, report),
                MAX_RETRY_AFTER.millis(annotations, earlier, report));
    }

    private int millis(Map<String, String> annotations, PeakEwma earlier, Report report) {
        String text = annotations.get(annotation);
        if (text == null) {
            return value.applyAsInt(PeakEwma.DEFAULT);
        }
        OptionalInt read = millis(text);
        if (read.isEmpty()) {
            report.error(
                    Annotations.path(annotation),
                    "must be a duration from "
                            + (leastMillis == 0 ? "0s" : leastMillis + "ms")
                            + " to "
                            + mostSeconds
                            + "s such as 500ms or 5s, is "
                            + Fields.quote(text));
        }
        return read.orElseGet(() -> value.applyAsInt(earlier));
    }

    private OptionalInt millis(String text) {
        if (!DURATION.matcher(text).matches()) {
            return OptionalInt.empty();
        }
        long sum = 0;
        for (Matcher part = PART.matcher(text); part.find(); ) {
            sum += Long.parseLong(part.group(1)) * unit(part.group(2));
        }
        boolean fits = sum >= leastMillis && sum <= mostSeconds * 1_000L;
        return fits ? OptionalInt.of((int) sum) : OptionalInt.empty();
    }

    private static long unit(String name) {
        return switch (name) {
            case "h" -> 3_600_000;
            case "m" -> 60_000;
            case "s" -> 1_000;
            default -> 1;
        };
    }
}
