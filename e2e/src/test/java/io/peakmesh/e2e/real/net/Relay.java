package io.peakmesh.e2e.real.net;

import java.io.Closeable;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Carries the bytes of every connection that {@code door} takes to one that {@code beyond} opens.
 */
public final class Relay implements Closeable {
    /** Opens the far side of a connection. */
    public interface Opener {
        Socket open() throws IOException;
    }

    private final ServerSocket door;
    private final Opener beyond;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /** Begins at once; {@code door} is closed with it. */
    public Relay(ServerSocket door, Opener beyond) {
        this.door = door;
        this.beyond = beyond;
        Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket near = door.accept();
                Thread.ofVirtual().start(() -> carry(near));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void carry(Socket near) {
        open.add(near);
        try (near;
                Socket far = beyond.open()) {
            open.add(far);
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            Thread back = Thread.ofVirtual().start(() -> copy(far, near));
            copy(near, far);
            back.join();
            open.remove(far);
        } catch (IOException gone) {
            // Either side hung up, and now both have.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(near);
        }
    }

    /** An end is passed on as an end, a broken connection breaks both. */
    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException broken) {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        open.forEach(Relay::close);
    }
}
