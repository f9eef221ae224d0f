package io.peakmesh.injector.http;

import java.io.IOException;
import java.io.InputStream;
import java.security.cert.X509Certificate;
import java.util.List;

/** One request, its body not yet read. */
public final class HttpRequest {
    private final RequestHead head;
    private final BodyStream body;
    private final List<X509Certificate> peerChain;

    HttpRequest(RequestHead head, BodyStream body, List<X509Certificate> peerChain) {
        this.head = head;
        this.body = body;
        this.peerChain = List.copyOf(peerChain);
    }

    public String method() {
        return head.method();
    }

    /** As sent, percent-encoded; begins with a slash. */
    public String path() {
        return head.path();
    }

    /** As sent, percent-encoded, without the question mark; empty where there is none. */
    public String query() {
        return head.query();
    }

    /** All values of one header, in the order sent. {@code name} in any case. */
    public List<String> header(String name) {
        return head.header(name);
    }

    /** Bytes of the body; -1 where only its end will tell. */
    public long length() {
        return body.length();
    }

    /**
     * The body, to be read once.
     *
     * @throws BodyTooLarge at once or while reading, when it has more than {@code maxBytes}
     */
    public InputStream body(long maxBytes) throws IOException {
        body.limit(maxBytes);
        return body;
    }

    /**
     * What the caller presented in the TLS handshake, its own certificate first. It has proved that
     * it holds the key; that anybody trusts the chain is not checked. Empty without one.
     */
    public List<X509Certificate> peerChain() {
        return peerChain;
    }
}
