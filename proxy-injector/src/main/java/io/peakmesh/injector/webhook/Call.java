package io.peakmesh.injector.webhook;

import com.sun.net.httpserver.HttpsExchange;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLPeerUnverifiedException;

/** One request, its body not yet read. */
final class Call {
    private final HttpsExchange exchange;

    Call(HttpsExchange exchange) {
        this.exchange = exchange;
    }

    String method() {
        return exchange.getRequestMethod();
    }

    /** As sent, percent-encoded; begins with a slash. */
    String path() {
        return exchange.getRequestURI().getRawPath();
    }

    /** As sent, percent-encoded, without the question mark; empty where there is none. */
    String query() {
        return Objects.requireNonNullElse(exchange.getRequestURI().getRawQuery(), "");
    }

    /** All values of one header, in the order sent. {@code name} in any case. */
    List<String> header(String name) {
        return exchange.getRequestHeaders().getOrDefault(name, List.of());
    }

    /** Bytes of the body; -1 where only its end will tell. */
    long length() {
        if (!header("transfer-encoding").isEmpty()) {
            return -1;
        }
        List<String> length = header("content-length");
        return length.isEmpty() ? 0 : Long.parseLong(length.getFirst());
    }

    /**
     * The body, to be read once.
     *
     * @throws BodyTooLarge at once or while reading, when it has more than {@code maxBytes}
     */
    InputStream body(long maxBytes) throws IOException {
        if (length() > maxBytes) {
            throw new BodyTooLarge(maxBytes);
        }
        return new Bounded(exchange.getRequestBody(), maxBytes);
    }

    /**
     * What the caller presented in the TLS handshake, its own certificate first. It has proved that
     * it holds the key; that anybody trusts the chain is not checked. Empty without one.
     */
    List<X509Certificate> peerChain() {
        try {
            return Arrays.stream(exchange.getSSLSession().getPeerCertificates())
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (SSLPeerUnverifiedException _) {
            return List.of();
        }
    }

    /** Whether the caller asks nothing after this. */
    boolean last() {
        return !exchange.getProtocol().equalsIgnoreCase("HTTP/1.1")
                || header("connection").stream().anyMatch("close"::equalsIgnoreCase);
    }

    /**
     * Reads on to the end of the body, so that a next request can be read.
     *
     * @return false where more than {@code bytes} are left
     */
    boolean drained(long bytes) throws IOException {
        try {
            new Bounded(exchange.getRequestBody(), bytes)
                    .transferTo(OutputStream.nullOutputStream());
            return true;
        } catch (BodyTooLarge _) {
            return false;
        }
    }

    private static final class Bounded extends FilterInputStream {
        private final long maxBytes;
        private long taken;

        Bounded(InputStream in, long maxBytes) {
            super(in);
            this.maxBytes = maxBytes;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int size) throws IOException {
            int count;
            try {
                count = in.read(buffer, offset, size);
            } catch (IndexOutOfBoundsException e) {
                // The JDK's reading of a chunk's length overflows.
                throw new IOException("malformed chunk", e);
            }
            taken += Math.max(0, count);
            if (taken > maxBytes) {
                throw new BodyTooLarge(maxBytes);
            }
            return count;
        }

        /** The rest is read away after the answer. */
        @Override
        public void close() {}
    }
}
