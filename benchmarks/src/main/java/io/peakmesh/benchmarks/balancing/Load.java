package io.peakmesh.benchmarks.balancing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Sends requests at their moments, whatever has become of the earlier ones: each takes an idle
 * connection or opens one. One thread sends, another reads.
 */
final class Load implements AutoCloseable {
    private static final int OPEN_AT_FIRST = 24;
    private static final int RESPONSE_BYTES = 4_096;
    private static final long LOOK_NANOS = 2_000_000;
    private static final int NOTHING = -1;

    /** One connection to a target; {@code request} is the one under way on it. */
    private static final class Connection {
        private final SocketChannel channel;
        private final ConcurrentLinkedDeque<Connection> home;
        private final ByteBuffer in = ByteBuffer.allocateDirect(RESPONSE_BYTES);
        private final AtomicInteger request = new AtomicInteger(NOTHING);

        Connection(SocketChannel channel, ConcurrentLinkedDeque<Connection> home) {
            this.channel = channel;
            this.home = home;
        }
    }

    private final LongSupplier nanos;
    private final Selector selector;
    private final List<Integer> targets;
    private final List<ConcurrentLinkedDeque<Connection>> idle = new ArrayList<>();
    private final ConcurrentLinkedQueue<Connection> fresh = new ConcurrentLinkedQueue<>();
    private final Measurement measurement;
    private final AtomicInteger ended = new AtomicInteger();
    private final Thread reader;
    private volatile long start;
    private volatile boolean closed;

    /**
     * Opens connections, but sends nothing yet.
     *
     * @param targets loopback ports; the requests take them in turn
     * @param moments when each request is sent, nanoseconds from the start, rising
     */
    Load(List<Integer> targets, long[] moments, LongSupplier nanos) throws IOException {
        this.nanos = nanos;
        this.targets = List.copyOf(targets);
        this.selector = Selector.open();
        this.measurement = new Measurement(moments);
        for (int target = 0; target < targets.size(); target++) {
            idle.add(new ConcurrentLinkedDeque<>());
        }
        this.reader = Thread.ofPlatform().name("reader").start(this::read);
        for (int target = 0; target < targets.size(); target++) {
            for (int i = 0; i < Math.max(1, OPEN_AT_FIRST / targets.size()); i++) {
                idle.get(target).push(open(target));
            }
        }
    }

    /**
     * Sends them all.
     *
     * @param base the start, by {@code nanos}
     * @param drainMillis how long after the last one answers are waited for
     */
    Measurement run(long base, int drainMillis) throws IOException {
        start = base;
        int size = measurement.size();
        for (int request = 0; request < size; request++) {
            sleepUntil(base + measurement.scheduled(request));
            send(request);
        }
        long end = nanos.getAsLong() + drainMillis * 1_000_000L;
        while (ended.get() < size && nanos.getAsLong() < end) {
            LockSupport.parkNanos(this, LOOK_NANOS);
        }
        close();
        for (int request = 0; request < size; request++) {
            if (measurement.latency(request) == 0) {
                measurement.end(request, nanos.getAsLong() - start, 0, Measurement.NONE);
            }
        }
        return measurement;
    }

    private void sleepUntil(long moment) {
        for (long left = moment - nanos.getAsLong(); left > 0; left = moment - nanos.getAsLong()) {
            LockSupport.parkNanos(this, left);
        }
    }

    private void send(int request) throws IOException {
        int target = request % targets.size();
        Connection connection = idle.get(target).poll();
        if (connection == null) {
            connection = open(target);
        }
        connection.request.set(request);
        try {
            connection.channel.write(Http.request());
        } catch (IOException gone) {
            connection.channel.close();
            end(connection, 0, Measurement.NONE);
        }
    }

    private Connection open(int target) throws IOException {
        SocketChannel channel = SocketChannel.open(Ports.address(targets.get(target)));
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        Connection connection = new Connection(channel, idle.get(target));
        fresh.add(connection);
        selector.wakeup();
        return connection;
    }

    private void end(Connection connection, int status, int backend) {
        int request = connection.request.getAndSet(NOTHING);
        if (request == NOTHING) {
            return;
        }
        measurement.end(request, nanos.getAsLong() - start, status, backend);
        ended.incrementAndGet();
    }

    private void read() {
        try {
            while (!closed) {
                selector.select(this::ready);
                for (Connection next = fresh.poll(); next != null; next = fresh.poll()) {
                    if (next.channel.isOpen()) {
                        next.channel.register(selector, SelectionKey.OP_READ, next);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void ready(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        try {
            if (connection.channel.read(connection.in) < 0) {
                throw new IOException("the other end closed");
            }
            Optional<Http.Response> response = Http.response(connection.in);
            if (response.isPresent()) {
                connection.in.clear();
                end(connection, response.get().status(), response.get().backend());
                connection.home.push(connection);
            }
        } catch (IOException gone) {
            key.cancel();
            connection.home.remove(connection);
            drop(connection);
            end(connection, 0, Measurement.NONE);
        }
    }

    private static void drop(Connection connection) {
        try {
            connection.channel.close();
        } catch (IOException closedAnyway) {
            return;
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        selector.wakeup();
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        selector.keys().forEach(key -> drop((Connection) key.attachment()));
        selector.close();
    }
}
