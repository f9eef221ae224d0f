package io.peakmesh.benchmarks.balancing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** As much of HTTP/1.1 as the two ends of this benchmark speak with Envoy and each other. */
final class Http {
    /**
     * A response that has come whole.
     *
     * @param backend which backend it came from; -1 if from none
     */
    record Response(int status, int backend) {}

    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\nhost: bench\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final String BLANK_LINE = "\r\n\r\n";

    private Http() {}

    static ByteBuffer request() {
        return ByteBuffer.wrap(REQUEST);
    }

    /** Whether the bytes so far end with those of a request without a body. */
    static boolean complete(ByteBuffer in) {
        int end = in.position();
        return end >= 4
                && in.get(end - 4) == '\r'
                && in.get(end - 3) == '\n'
                && in.get(end - 2) == '\r'
                && in.get(end - 1) == '\n';
    }

    /** The response in the bytes so far, if it is whole; only content-length frames a body. */
    static Optional<Response> response(ByteBuffer in) {
        byte[] bytes = new byte[in.position()];
        in.get(0, bytes);
        String text = new String(bytes, StandardCharsets.US_ASCII);
        int head = text.indexOf(BLANK_LINE);
        if (head < 0) {
            return Optional.empty();
        }
        String heads = text.substring(0, head).toLowerCase(Locale.ROOT);
        int body = number(heads, "content-length", 0);
        if (text.length() < head + BLANK_LINE.length() + body) {
            return Optional.empty();
        }
        int status = Integer.parseInt(text.substring(9, 12));
        return Optional.of(new Response(status, number(heads, Replica.HEADER, -1)));
    }

    private static int number(String heads, String name, int otherwise) {
        int at = heads.indexOf("\r\n" + name + ":");
        if (at < 0) {
            return otherwise;
        }
        int from = at + name.length() + 3;
        int end = heads.indexOf("\r\n", from);
        return Integer.parseInt(heads.substring(from, end < 0 ? heads.length() : end).strip());
    }
}
