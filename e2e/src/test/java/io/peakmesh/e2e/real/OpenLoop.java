package io.peakmesh.e2e.real;

import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;

/**
 * Calls that start at a steady rate whether earlier ones are answered or not, as the users of a
 * service do. A call's time counts from when it was due.
 */
public final class OpenLoop implements Closeable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final long everyNanos;
    private final Call call;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger started = new AtomicInteger();
    private final ConcurrentSkipListMap<Integer, Result> results = new ConcurrentSkipListMap<>();
    private final Thread clockwork = Thread.ofPlatform().name("open-loop").unstarted(this::run);
    private volatile boolean over;

    /** One call; returns who answered, throws if nobody did as they should. */
    public interface Call {
        String once();
    }

    private record Result(String by, String failure, long nanos) {}

    /**
     * What became of some calls.
     *
     * @param by who answered how many of those that went well
     * @param failures what was wrong with each of the others
     * @param p50Millis median time from when a call was due, of all
     */
    public record Outcome(
            int calls,
            SortedMap<String, Integer> by,
            List<String> failures,
            double p50Millis,
            double p99Millis) {
        /** The share of all calls that one answered, 0 to 1. */
        public double share(String who) {
            return by.getOrDefault(who, 0) / (double) calls;
        }

        public double ok() {
            return 1 - failures.size() / (double) calls;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d calls, %d failures, p50 %.1f ms, p99 %.1f ms, answered by %s",
                    calls,
                    failures.size(),
                    p50Millis,
                    p99Millis,
                    by);
        }
    }

    /** Starts at once. */
    public OpenLoop(int perSecond, Call call) {
        this.everyNanos = 1_000_000_000L / perSecond;
        this.call = call;
        clockwork.start();
    }

    private void run() {
        long due = System.nanoTime();
        while (!over) {
            long now = System.nanoTime();
            if (now < due) {
                LockSupport.parkNanos(due - now);
                continue;
            }
            int number = started.getAndIncrement();
            long since = due;
            threads.execute(() -> results.put(number, once(since)));
            due += everyNanos;
        }
    }

    private Result once(long since) {
        try {
            String by = call.once();
            return new Result(by, "", System.nanoTime() - since);
        } catch (RuntimeException e) {
            return new Result("", e.toString(), System.nanoTime() - since);
        }
    }

    /** Waits for the answers to the next so many calls. */
    public Outcome next(int calls) {
        return from(started.get(), calls);
    }

    /** Waits for the answers to the first so many calls. */
    public Outcome first(int calls) {
        return from(0, calls);
    }

    /** Waits for the answers to so many calls from that number on; the first call is number 0. */
    public Outcome from(int first, int calls) {
        SortedMap<Integer, Result> some = results.subMap(first, first + calls);
        Awaitility.await(calls + " calls")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> some.size() == calls);
        SortedMap<String, Integer> by = new TreeMap<>();
        List<String> failures = new ArrayList<>();
        long[] nanos = new long[calls];
        int i = 0;
        for (Result result : some.values()) {
            nanos[i++] = result.nanos();
            if (result.failure().isEmpty()) {
                by.merge(result.by(), 1, Integer::sum);
            } else {
                failures.add(result.failure());
            }
        }
        Arrays.sort(nanos);
        return new Outcome(
                calls, by, failures, nanos[calls / 2] / 1e6, nanos[(int) (calls * 0.99)] / 1e6);
    }

    /** Everything that failed so far. */
    public List<String> failures() {
        return results.values().stream().map(Result::failure).filter(f -> !f.isEmpty()).toList();
    }

    /** How many calls are answered. */
    public int done() {
        return results.size();
    }

    @Override
    public void close() {
        over = true;
        try {
            clockwork.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.shutdown();
        threads.close();
    }
}
