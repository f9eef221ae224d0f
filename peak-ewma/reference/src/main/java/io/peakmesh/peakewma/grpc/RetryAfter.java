package io.peakmesh.peakewma.grpc;

import io.grpc.Metadata;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long a failing server asks to be left alone: {@code grpc-retry-pushback-ms} (gRPC proposal
 * A6), else the seconds of {@code retry-after}, which HTTP proxies send. A negative pushback, which
 * means not to retry, and a date tell no time.
 */
final class RetryAfter {
    private static final Metadata.Key<String> PUSHBACK =
            Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> SECONDS =
            Metadata.Key.of("retry-after", Metadata.ASCII_STRING_MARSHALLER);
    private static final int DIGITS = 12;

    private RetryAfter() {}

    /** Nanoseconds from now; 0 if the trailers do not say. */
    static long nanos(Metadata trailers) {
        long pushback = number(trailers.get(PUSHBACK));
        return pushback > 0
                ? TimeUnit.MILLISECONDS.toNanos(pushback)
                : TimeUnit.SECONDS.toNanos(number(trailers.get(SECONDS)));
    }

    private static long number(@Nullable String text) {
        if (text == null || text.isEmpty() || text.length() > DIGITS) {
            return 0;
        }
        return text.chars().allMatch(c -> c >= '0' && c <= '9') ? Long.parseLong(text) : 0;
    }
}
