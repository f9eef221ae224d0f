package io.peakmesh.benchmarks.balancing;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.random.RandomGenerator;

/**
 * Loopback ports below those that Linux gives to outgoing connections: a port that is closed for a
 * while must not be taken by a client in the meantime.
 */
final class Ports {
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 32_000;
    private static final int TRIES = 1_000;
    private static final int BACKLOG = 1_024;

    private Ports() {}

    static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Listens at a free port. */
    static ServerSocketChannel listen(RandomGenerator random) throws IOException {
        BindException last = new BindException("no port was tried");
        for (int tries = 0; tries < TRIES; tries++) {
            try {
                return listen(random.nextInt(LOWEST, HIGHEST));
            } catch (BindException taken) {
                last = taken;
            }
        }
        throw last;
    }

    static ServerSocketChannel listen(int port) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.bind(address(port), BACKLOG);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** One that was free just now. */
    static int free(RandomGenerator random) throws IOException {
        try (ServerSocketChannel channel = listen(random)) {
            return channel.socket().getLocalPort();
        }
    }
}
