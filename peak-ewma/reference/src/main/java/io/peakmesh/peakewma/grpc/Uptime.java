package io.peakmesh.peakewma.grpc;

import io.grpc.Deadline;

/** Nanoseconds of a monotonic clock since this was made, as the algorithm wants them: from 0 up. */
final class Uptime {
    private final Deadline.Ticker ticker;
    private final long origin;

    Uptime(Deadline.Ticker ticker) {
        this.ticker = ticker;
        this.origin = ticker.nanoTime();
    }

    static Uptime ofSystem() {
        return new Uptime(Deadline.getSystemTicker());
    }

    long nanos() {
        return Math.max(0, ticker.nanoTime() - origin);
    }
}
