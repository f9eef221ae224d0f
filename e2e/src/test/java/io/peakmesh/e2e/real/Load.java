package io.peakmesh.e2e.real;

import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;

/** Calls that never stop: each client repeats one call with a short rest between. */
public final class Load implements Closeable {
    private static final long REST_NANOS = 10_000_000;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicLong calls = new AtomicLong();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    /** One call; returns an empty text if it went well, else what was wrong. */
    public interface Call {
        String once();
    }

    /** Starts {@code clients} clients for every call. */
    public Load(int clients, Call... several) {
        for (Call call : several) {
            for (int i = 0; i < clients; i++) {
                threads.execute(() -> repeat(call));
            }
        }
    }

    private void repeat(Call call) {
        while (!over) {
            String wrong;
            try {
                wrong = call.once();
            } catch (RuntimeException e) {
                wrong = e.toString();
            }
            if (over) {
                return;
            }
            calls.incrementAndGet();
            if (!wrong.isEmpty()) {
                failures.add(wrong);
            }
            LockSupport.parkNanos(REST_NANOS);
        }
    }

    public long calls() {
        return calls.get();
    }

    public List<String> failures() {
        return new ArrayList<>(failures);
    }

    /** Waits until so many more calls are done. */
    public void more(int count) {
        long goal = calls.get() + count;
        Awaitility.await(count + " more calls")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> calls.get() >= goal);
    }

    @Override
    public void close() {
        over = true;
        threads.shutdown();
        threads.close();
    }
}
