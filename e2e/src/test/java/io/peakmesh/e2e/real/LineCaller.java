package io.peakmesh.e2e.real;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** An app that talks lines of text over one TCP connection. */
public final class LineCaller implements Closeable {
    private static final int TIMEOUT_MILLIS = 10_000;

    private final Socket socket = new Socket();
    private final BufferedReader in;

    public LineCaller(InetSocketAddress at) throws IOException {
        socket.connect(at, TIMEOUT_MILLIS);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        in =
                new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    /** The next line; empty if the other side hung up instead. */
    public String hear() {
        try {
            String line = in.readLine();
            return line == null ? "" : line;
        } catch (SocketException reset) {
            return "";
        } catch (IOException silence) {
            throw new UncheckedIOException(silence);
        }
    }

    /** Says a line and returns the answer. */
    public String ask(String line) throws IOException {
        socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        return hear();
    }

    /** One question over a connection of its own; empty if the other side hung up. */
    public static String ask(InetSocketAddress at, String line) {
        try (LineCaller caller = new LineCaller(at)) {
            return caller.ask(line);
        } catch (SocketException refused) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
