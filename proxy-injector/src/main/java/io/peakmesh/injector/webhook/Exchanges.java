package io.peakmesh.injector.webhook;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Runs each exchange of the JDK's server on a virtual thread of its own, from the first byte that
 * arrives (of the TLS handshake, or of a further request) to the last of the answer, and ends its
 * connection when it takes too long: a thread that is interrupted closes the channel it waits for,
 * to read as to write.
 */
final class Exchanges implements Executor {
    /**
     * The API server waits 30 s for a webhook and 60 s for an aggregated API; Go's client keeps a
     * connection that it made and did not need yet for 90 s.
     */
    static final int MAX_SECONDS = 100;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService clock;
    private final long maxMillis;

    Exchanges(ScheduledExecutorService clock, long maxMillis) {
        this.clock = clock;
        this.maxMillis = maxMillis;
    }

    @Override
    public void execute(Runnable exchange) {
        threads.execute(() -> {
            Future<?> end =
                    clock.schedule(
                            Thread.currentThread()::interrupt, maxMillis, TimeUnit.MILLISECONDS);
            try {
                exchange.run();
            } finally {
                end.cancel(false);
            }
        });
    }

    /** Ends all that run, and takes no more. */
    void abort() {
        threads.shutdownNow();
    }
}
