package io.peakmesh.cli.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The TCP service: takes {@code ADD <number>} lines and answers {@code OK <total> <instance>}. Its
 * protocol is nobody's business but its own.
 */
final class LedgerApp implements App {
    private static final long DRAIN_POLL_MILLIS = 20;

    private final ServerSocket server;
    private final String instance;
    private final AtomicLong total = new AtomicLong();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    LedgerApp(Shop.Instance instance) throws IOException {
        this.instance = instance.pod();
        this.server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(InetAddress.getByName(instance.ip()), instance.port()));
        Thread.ofVirtual().name(instance.pod()).start(this::accept);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket;
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(
                                        socket.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String answer =
                        line.matches("ADD [0-9]{1,9}")
                                ? "OK "
                                        + total.addAndGet(Long.parseLong(line.substring(4)))
                                        + " "
                                        + instance
                                : "ERR want ADD <number>";
                socket.getOutputStream().write((answer + "\n").getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException gone) {
            // The peer hung up: nothing is owed to it.
        } finally {
            open.remove(socket);
        }
    }

    /** Whoever has a connection may use it until the limit. */
    @Override
    public void drain(Duration limit) throws InterruptedException {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        long end = System.nanoTime() + limit.toNanos();
        while (!open.isEmpty() && System.nanoTime() < end) {
            Thread.sleep(DRAIN_POLL_MILLIS);
        }
        close();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
