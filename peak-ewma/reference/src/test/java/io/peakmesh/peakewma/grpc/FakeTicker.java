package io.peakmesh.peakewma.grpc;

import io.grpc.Deadline;
import java.util.concurrent.TimeUnit;

/** A clock that a test turns; it starts below 0, as the system's may. */
final class FakeTicker extends Deadline.Ticker {
    private long nanos = -TimeUnit.HOURS.toNanos(1);

    void pass(long millis) {
        nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Override
    public long nanoTime() {
        return nanos;
    }
}
