package io.peakmesh.injector.webhook;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds the memory of requests that are worked on at once. Further ones wait with their bodies
 * unread, a bounded number of them for a bounded time.
 */
final class Gate {
    /** The API server gives up after 30 s at the latest; 10 s by default. */
    private static final int MAX_WAIT_SECONDS = 9;

    private final int permits;
    private final int maxWaiting;
    private final Semaphore free;
    private final AtomicInteger waiting = new AtomicInteger();

    Gate(int permits, int maxWaiting) {
        this.permits = permits;
        this.maxWaiting = maxWaiting;
        this.free = new Semaphore(permits, /* fair= */ true);
    }

    /** What one request holds, until it is closed. */
    interface Pass extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Waits for its turn.
     *
     * @throws Refused with 429 when too many wait already, or when its turn does not come
     */
    Pass enter(int weight) {
        int held = Math.clamp(weight, 1, permits);
        if (!free.tryAcquire(held)) {
            try {
                if (waiting.incrementAndGet() > maxWaiting || !awaitTurn(held)) {
                    throw new Refused(429, "too many requests at once");
                }
            } finally {
                waiting.decrementAndGet();
            }
        }
        return () -> free.release(held);
    }

    private boolean awaitTurn(int held) {
        try {
            return free.tryAcquire(held, MAX_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new Refused(503, "the control plane is ending");
        }
    }
}
