package io.peakmesh.injector.http;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One caller's connection: handshake, then requests one after the other. */
final class Connection implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    /** What a handler left unread of a body is read away up to here to keep the connection. */
    private static final long MAX_DRAIN_BYTES = 256 * 1024;

    /** What a connection is doing, and for how long it may. */
    enum Phase {
        /** The API server waits for a webhook no longer, whatever it is that takes so long. */
        HANDSHAKE(30),
        /** Longer than the 90 s for which Go's client keeps a connection: it closes, not we. */
        IDLE(150),
        HEAD(30),
        /** The API server waits 30 s for a webhook and 60 s for an aggregated API. */
        EXCHANGE(60),
        LINGER(3);

        final int seconds;

        Phase(int seconds) {
            this.seconds = seconds;
        }
    }

    private record Mark(Phase phase, long since) {}

    private final Socket raw;
    private final HttpsListener listener;
    private volatile Mark mark;

    Connection(Socket raw, HttpsListener listener) {
        this.raw = raw;
        this.listener = listener;
        this.mark = new Mark(Phase.HANDSHAKE, listener.second());
    }

    boolean overdue(long second) {
        Mark now = mark;
        return second - now.since() > now.phase().seconds;
    }

    boolean idle() {
        return mark.phase() == Phase.IDLE;
    }

    /** Seconds for which nothing has been asked. */
    long silentSeconds(long second) {
        Mark now = mark;
        return now.phase() == Phase.EXCHANGE ? 0 : second - now.since();
    }

    /** Ends it from another thread, whatever it is doing. */
    void abort() {
        try {
            raw.close();
        } catch (IOException e) {
            LOG.debug("connection not closed", e);
        }
    }

    private void enter(Phase phase) {
        mark = new Mark(phase, listener.second());
    }

    @Override
    public void run() {
        try (raw) {
            raw.setTcpNoDelay(true);
            SSLSocket tls = listener.secure(raw);
            tls.startHandshake();
            serve(tls);
        } catch (IOException e) {
            // The caller is gone, speaks no TLS, or was too slow; its own log tells.
            LOG.debug("connection ended: peer={}", raw.getRemoteSocketAddress(), e);
        } catch (RuntimeException | StackOverflowError bug) {
            LOG.error("request not answered: peer={}", raw.getRemoteSocketAddress(), bug);
        } finally {
            listener.ended(this);
        }
    }

    private void serve(SSLSocket tls) throws IOException {
        List<X509Certificate> chain = peerChain(tls);
        InputStream in = new BufferedInputStream(tls.getInputStream(), 8 * 1024);
        OutputStream out = new BufferedOutputStream(tls.getOutputStream(), 8 * 1024);
        enter(Phase.IDLE);
        while (!listener.closing() && arrives(in)) {
            if (!exchange(in, out, chain)) {
                linger(tls, in);
                return;
            }
            enter(Phase.IDLE);
        }
        tls.close();
    }

    private static boolean arrives(InputStream in) throws IOException {
        in.mark(1);
        if (in.read() < 0) {
            return false;
        }
        in.reset();
        return true;
    }

    /** One request and its answer; false when it was the last. */
    private boolean exchange(InputStream in, OutputStream out, List<X509Certificate> chain)
            throws IOException {
        enter(Phase.HEAD);
        RequestHead head;
        try {
            head = RequestHead.read(in);
        } catch (Malformed bad) {
            write(out, HttpReply.text(bad.status(), "" + bad.getMessage()), true, false);
            return false;
        }
        enter(Phase.EXCHANGE);
        BodyStream body = new BodyStream(head, in, out);
        HttpReply reply = answer(new HttpRequest(head, body, chain));
        boolean last;
        try (HttpReply.Body content = reply.body()) {
            last = !head.keepAlive() || listener.crowded() || !drained(body);
            write(
                    out,
                    new HttpReply(reply.status(), reply.headers(), content),
                    last,
                    head.method().equals("HEAD"));
        }
        return !last;
    }

    private HttpReply answer(HttpRequest request) throws IOException {
        try {
            return listener.handler().answer(request);
        } catch (Malformed bad) {
            return HttpReply.text(bad.status(), "" + bad.getMessage());
        }
    }

    private static boolean drained(BodyStream body) throws IOException {
        try {
            return body.drained(MAX_DRAIN_BYTES);
        } catch (Malformed _) {
            return false;
        }
    }

    private static void write(OutputStream out, HttpReply reply, boolean last, boolean bare)
            throws IOException {
        StringBuilder head = new StringBuilder(256);
        head.append("HTTP/1.1 ").append(reply.status()).append(' ').append("\r\n");
        reply.headers().forEach((name, value) -> line(head, name, value));
        line(head, "content-length", Long.toString(reply.body().length()));
        if (last) {
            line(head, "connection", "close");
        }
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        if (!bare) {
            reply.body().writeTo(out);
        }
        out.flush();
    }

    private static void line(StringBuilder head, String name, String value) {
        head.append(name).append(": ").append(value).append("\r\n");
    }

    /** A close with bytes unread would reset the connection and lose the answer on its way. */
    private void linger(SSLSocket tls, InputStream in) throws IOException {
        enter(Phase.LINGER);
        tls.shutdownOutput();
        in.transferTo(OutputStream.nullOutputStream());
    }

    private static List<X509Certificate> peerChain(SSLSocket tls) {
        try {
            return Arrays.stream(tls.getSession().getPeerCertificates())
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (SSLPeerUnverifiedException _) {
            return List.of();
        }
    }
}
