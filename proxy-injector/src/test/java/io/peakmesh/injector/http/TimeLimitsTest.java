package io.peakmesh.injector.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Seconds pass when the test says so. */
final class TimeLimitsTest {
    private final List<Socket> sockets = new ArrayList<>();
    private final HttpsListener listener;

    TimeLimitsTest() throws Exception {
        listener =
                new HttpsListener(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        SSLContext.getDefault(),
                        false,
                        request -> HttpReply.text(200, "ok"));
    }

    @BeforeEach
    void accept() {
        listener.accepting();
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        listener.close();
    }

    private Socket connected() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port());
        sockets.add(socket);
        return socket;
    }

    private void passSeconds(int seconds) {
        for (int i = 0; i < seconds; i++) {
            listener.tick();
        }
    }

    @Test
    void endsAConnectionThatNeverGreets() throws Exception {
        Socket silent = connected();
        Awaitility.await().until(() -> listener.open() == 1);
        passSeconds(30);
        assertThat(listener.open()).isEqualTo(1);
        passSeconds(1);
        assertThat(ended(silent)).isTrue();
        Awaitility.await().until(() -> listener.open() == 0);
    }

    @Test
    void makesRoomByEndingTheSilent() throws Exception {
        for (int i = 0; i < HttpsListener.MAX_CONNECTIONS; i++) {
            connected();
        }
        Awaitility.await().until(() -> listener.open() == HttpsListener.MAX_CONNECTIONS);
        Socket waiting = connected();
        passSeconds(4);
        assertThat(listener.open()).isEqualTo(HttpsListener.MAX_CONNECTIONS);
        passSeconds(1);
        Awaitility.await().until(() -> listener.open() < HttpsListener.MAX_CONNECTIONS);
        waiting.getOutputStream().write("no TLS at all\n\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(ended(waiting)).isTrue();
    }

    private static boolean ended(Socket socket) {
        try {
            InputStream in = socket.getInputStream();
            return in.transferTo(java.io.OutputStream.nullOutputStream()) >= 0;
        } catch (IOException reset) {
            return true;
        }
    }
}
