package io.peakmesh.benchmarks.balancing;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One backend: its port, its connections and its behaviour. Used by the reader's thread only, but
 * for answers.
 */
final class Replica {
    static final String HEADER = "x-backend";
    private static final int REQUEST_BYTES = 8_192;

    /** A client's connection, with what has come of a request. */
    static final class Connection {
        private final Replica replica;
        private final SocketChannel channel;
        private final ByteBuffer in = ByteBuffer.allocateDirect(REQUEST_BYTES);

        Connection(Replica replica, SocketChannel channel) {
            this.replica = replica;
            this.channel = channel;
        }

        Replica replica() {
            return replica;
        }

        /** Takes in what has come, and says whether a whole request is there. */
        boolean read() throws IOException {
            if (channel.read(in) < 0) {
                close();
                return false;
            }
            if (!Http.complete(in)) {
                return false;
            }
            in.clear();
            return true;
        }

        /** A few bytes into an empty buffer: they all go, or the connection is of no use. */
        void answer(int status) throws IOException {
            ByteBuffer response = replica.response(status);
            channel.write(response);
            if (response.hasRemaining()) {
                throw new IOException("the other end does not read");
            }
        }

        void close() throws IOException {
            replica.connections.remove(this);
            channel.close();
        }
    }

    private final int number;
    private final Behaviour behaviour;
    private final RandomGenerator random;
    private final int port;
    private final Set<Connection> connections = new HashSet<>();
    private @Nullable ServerSocketChannel listener;
    private long requests;

    /** Takes a port, and listens at it if it is up at the start. */
    Replica(int number, Behaviour behaviour, RandomGenerator random, Selector selector)
            throws IOException {
        this.number = number;
        this.behaviour = behaviour;
        this.random = random;
        ServerSocketChannel channel = Ports.listen(random);
        this.port = channel.socket().getLocalPort();
        if (behaviour.outages().stream().anyMatch(outage -> outage.contains(0))) {
            channel.close();
        } else {
            listenWith(channel, selector);
        }
    }

    int port() {
        return port;
    }

    long requests() {
        return requests;
    }

    Behaviour behaviour() {
        return behaviour;
    }

    private void listenWith(ServerSocketChannel channel, Selector selector) throws IOException {
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_ACCEPT, this);
        listener = channel;
    }

    void up(Selector selector) throws IOException {
        if (listener == null) {
            listenWith(Ports.listen(port), selector);
        }
    }

    /** As if killed: nothing listens, and what was connected is cut off. */
    void down() throws IOException {
        if (listener != null) {
            listener.close();
            listener = null;
        }
        for (Connection connection : Set.copyOf(connections)) {
            connection.channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            connection.close();
        }
    }

    void accept(Selector selector) throws IOException {
        ServerSocketChannel open = listener;
        SocketChannel channel = open == null ? null : open.accept();
        if (channel == null) {
            return;
        }
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        Connection connection = new Connection(this, channel);
        connections.add(connection);
        channel.register(selector, SelectionKey.OP_READ, connection);
    }

    Behaviour.Reply reply(long at) {
        requests++;
        return behaviour.reply(at, requests, random);
    }

    private ByteBuffer response(int status) {
        String text =
                "HTTP/1.1 %d Status\r\n%s: %d\r\ncontent-length: 2\r\n\r\nok"
                        .formatted(status, HEADER, number);
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
