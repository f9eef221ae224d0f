package io.peakmesh.cli.demo;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The load generator as an app of the sample: it says every second what came of its requests. */
final class Customers implements App {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final LoadGenerator load;
    private final LoadLog log;
    private final Thread reporter;
    private volatile boolean stopped;

    Customers(WayOut out, int requestsPerSecond, PrintWriter to) {
        this.load = new LoadGenerator(out, requestsPerSecond);
        this.log = new LoadLog(to);
        this.reporter = Thread.ofPlatform().daemon().name("report").start(this::run);
    }

    private void run() {
        try {
            long due = System.nanoTime() + SECOND;
            while (!stopped) {
                LockSupport.parkNanos(due - System.nanoTime());
                if (System.nanoTime() >= due) {
                    due += SECOND;
                    log.second(load.nextOutcomes(0));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks no more; the last line is the total, in which every request is counted once. */
    @Override
    public void drain(Duration limit) throws InterruptedException {
        load.drain(limit);
        stopped = true;
        LockSupport.unpark(reporter);
        reporter.join();
        log.second(load.nextOutcomes(0));
        log.total();
    }

    @Override
    public void close() {
        stopped = true;
        load.close();
    }
}
