package io.peakmesh.benchmarks.balancing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** All backends of a scenario: one thread reads requests, another answers each in its time. */
final class Replicas implements AutoCloseable {
    private final LongSupplier nanos;
    private final Selector selector;
    private final List<Replica> replicas = new ArrayList<>();
    private final ScheduledExecutorService answers;
    private final ConcurrentLinkedQueue<Task> tasks = new ConcurrentLinkedQueue<>();
    private final Thread reader;
    private volatile long start;
    private volatile boolean closed;

    /** What only the reader's thread may do. */
    private interface Task {
        void run() throws IOException;
    }

    /**
     * @param seed of all they do by chance: the same seed, the same series of answers
     */
    Replicas(Scenario scenario, long seed, LongSupplier nanos) throws IOException {
        this.nanos = nanos;
        this.start = nanos.getAsLong();
        this.selector = Selector.open();
        this.answers = Executors.newSingleThreadScheduledExecutor();
        for (int number = 0; number < scenario.backends().size(); number++) {
            Behaviour behaviour = scenario.backends().get(number).behaviour();
            Random random = new Random(seed * 1_000 + number);
            replicas.add(new Replica(number, behaviour, random, selector));
        }
        this.reader = Thread.ofPlatform().name("reader").start(this::read);
    }

    List<Integer> ports() {
        return replicas.stream().map(Replica::port).toList();
    }

    /** How many requests each has got. */
    List<Long> requests() {
        return replicas.stream().map(Replica::requests).toList();
    }

    /** The measurement starts at {@code base}, by the clock that all processes share. */
    void startAt(long base) {
        start = base;
        for (Replica replica : replicas) {
            for (Window outage : replica.behaviour().outages()) {
                if (outage.from() > 0) {
                    later(base + outage.from(), () -> hand(replica::down));
                }
                if (outage.until() < Window.ALWAYS.until()) {
                    later(base + outage.until(), () -> hand(() -> replica.up(selector)));
                }
            }
        }
    }

    private void later(long at, Runnable action) {
        Future<?> scheduled =
                answers.schedule(action, at - nanos.getAsLong(), TimeUnit.NANOSECONDS);
        if (scheduled.isCancelled()) {
            throw new IllegalStateException("cancelled before it began");
        }
    }

    private void hand(Task task) {
        tasks.add(task);
        selector.wakeup();
    }

    private void read() {
        try {
            while (!closed) {
                selector.select(this::ready);
                for (Task task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void ready(SelectionKey key) {
        try {
            switch (key.attachment()) {
                case Replica replica -> replica.accept(selector);
                case Replica.Connection connection -> take(connection);
                default -> throw new IllegalStateException("no such key");
            }
        } catch (IOException gone) {
            key.cancel();
            if (key.attachment() instanceof Replica.Connection connection) {
                hand(connection::close);
            }
        }
    }

    private void take(Replica.Connection connection) throws IOException {
        if (!connection.read()) {
            return;
        }
        long now = nanos.getAsLong();
        Behaviour.Reply reply = connection.replica().reply(now - start);
        if (reply.never()) {
            return;
        }
        if (reply.afterNanos() == 0) {
            answer(connection, reply.status());
        } else {
            later(now + reply.afterNanos(), () -> answer(connection, reply.status()));
        }
    }

    private void answer(Replica.Connection connection, int status) {
        try {
            connection.answer(status);
        } catch (IOException gone) {
            hand(connection::close);
        }
    }

    @Override
    public void close() throws IOException {
        answers.shutdownNow();
        closed = true;
        selector.wakeup();
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Replica replica : replicas) {
            replica.down();
        }
        selector.close();
    }
}
