package io.peakmesh.benchmarks.fanout;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * When each stream that uses a service received a change of it. Written by the client's one event
 * loop, read after {@link #await}.
 */
final class Arrivals {
    private final int service;
    private final List<Integer> recipients;
    private final boolean[] expected;
    private final long[] nanos;
    private final CountDownLatch missing;

    Arrivals(int service, List<Integer> recipients, int streams) {
        this.service = service;
        this.recipients = List.copyOf(recipients);
        this.expected = new boolean[streams];
        this.nanos = new long[streams];
        this.missing = new CountDownLatch(recipients.size());
        recipients.forEach(stream -> expected[stream] = true);
    }

    int service() {
        return service;
    }

    /** Takes the first arrival on a stream; later ones of the same change do not count. */
    void arrived(int stream, long now) {
        if (expected[stream]) {
            expected[stream] = false;
            nanos[stream] = now;
            missing.countDown();
        }
    }

    /** Whether all came within {@code seconds}. */
    boolean await(int seconds) throws InterruptedException {
        return missing.await(seconds, TimeUnit.SECONDS);
    }

    long missing() {
        return missing.getCount();
    }

    /** Milliseconds from {@code since}, one for each recipient. */
    double[] millisSince(long since) {
        return recipients.stream().mapToDouble(s -> (nanos[s] - since) / 1e6).toArray();
    }
}
