package io.peakmesh.kube.connect;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that does a job again and again while it may: when it is woken, and when the job
 * itself asked for it. A job that fails is done again after one second, then two, four, up to a
 * minute, and not before the API server's {@code Retry-After}. A failure is logged when it is new,
 * not each time.
 */
public final class Worker implements Closeable {
    /** What is done. */
    public interface Job {
        /**
         * Does what there is to do and returns how long it may be left alone unless woken. May
         * pause by {@link Turn#pause}; ends soon once {@link Turn#going} is false.
         */
        Duration run(Turn turn) throws IOException;
    }

    /** One start of the worker, until it is stopped. */
    public final class Turn {
        private Turn() {}

        public boolean going() {
            lock.lock();
            try {
                return turn == this;
            } finally {
                lock.unlock();
            }
        }

        /** Waits this long, or until stopped; returns whether to go on. */
        public boolean pause(Duration time) {
            return await(this, time, false);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(6);

    private final String name;
    private final Job job;
    private final Duration longestWait;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Turn turn;
    private @Nullable Thread thread;
    private boolean woken;
    private boolean closed;

    public Worker(String name, Job job) {
        this(name, LONGEST_WAIT, job);
    }

    /** One that waits no longer than this after a failure, unless it is asked to. */
    public Worker(String name, Duration longestWait, Job job) {
        this.name = name;
        this.job = job;
        this.longestWait = longestWait;
    }

    /** Begins; nothing happens if it has begun or is closed. */
    public void start() {
        lock.lock();
        try {
            if (turn != null || closed) {
                return;
            }
            Turn begun = new Turn();
            Thread before = thread;
            turn = begun;
            woken = true;
            thread = Thread.ofVirtual().name(name).start(() -> work(begun, before));
        } finally {
            lock.unlock();
        }
    }

    /** Has the job done soon; waking it many times is as good as once. */
    public void wake() {
        lock.lock();
        try {
            woken = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends, and waits a few seconds at most for the request under way. */
    public void stop() {
        Thread last;
        lock.lock();
        try {
            turn = null;
            changed.signalAll();
            last = thread;
        } finally {
            lock.unlock();
        }
        if (last == null || last.equals(Thread.currentThread())) {
            return;
        }
        try {
            last.join(STOP_PATIENCE);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        stop();
    }

    private void work(Turn mine, @Nullable Thread before) {
        if (before != null && !ended(before)) {
            return;
        }
        Backoff backoff = new Backoff(FIRST_WAIT, longestWait);
        String told = "";
        while (mine.going()) {
            unwake();
            try {
                Duration rest = job.run(mine);
                backoff.succeeded();
                told = told(told, "");
                await(mine, rest, true);
            } catch (IOException | RuntimeException problem) {
                if (!mine.going()) {
                    return;
                }
                told = told(told, text(problem));
                await(mine, longer(backoff.failed(), problem), false);
            }
        }
    }

    /** Waits for the thread of the start before, so that never two do the job at once. */
    private static boolean ended(Thread before) {
        try {
            before.join();
            return true;
        } catch (InterruptedException stop) {
            return false;
        }
    }

    private void unwake() {
        lock.lock();
        try {
            woken = false;
        } finally {
            lock.unlock();
        }
    }

    private boolean await(Turn mine, Duration time, boolean untilWoken) {
        lock.lock();
        try {
            long left = time.toNanos();
            while (left > 0 && turn == mine && !(untilWoken && woken)) {
                left = changed.awaitNanos(left);
            }
            return turn == mine;
        } catch (InterruptedException stop) {
            turn = null;
            return false;
        } finally {
            lock.unlock();
        }
    }

    private String told(String before, String now) {
        if (!now.equals(before)) {
            if (now.isEmpty()) {
                LOG.info("event=works-again what={}", name);
            } else {
                LOG.warn("event=failed what={} reason=\"{}\"", name, now);
            }
        }
        return now;
    }

    private static String text(Exception problem) {
        return problem instanceof IOException
                ? String.valueOf(problem.getMessage())
                : problem.toString();
    }

    private static Duration longer(Duration wait, Exception problem) {
        Duration asked = problem instanceof IOException io ? ApiException.asked(io) : Duration.ZERO;
        return asked.compareTo(wait) > 0 ? asked : wait;
    }
}
