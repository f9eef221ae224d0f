package io.peakmesh.injector.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is answered.
 *
 * @param headers beside content-length and connection, which the server writes
 */
public record HttpReply(int status, SortedMap<String, String> headers, Body body) {
    public HttpReply {
        headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
    }

    /** Bytes of a known number, written once and then closed, also when they were not written. */
    public interface Body extends AutoCloseable {
        long length();

        void writeTo(OutputStream out) throws IOException;

        /** Gives back what it holds. */
        @Override
        default void close() {}
    }

    public static HttpReply of(int status, String contentType, byte[] bytes) {
        return new HttpReply(status, new TreeMap<>(Map.of("content-type", contentType)), of(bytes));
    }

    static HttpReply text(int status, String text) {
        return of(
                status,
                "text/plain; charset=utf-8",
                (text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** The same with one header more. */
    public HttpReply with(String name, String value) {
        TreeMap<String, String> more = new TreeMap<>(headers);
        more.put(name, value);
        return new HttpReply(status, more, body);
    }

    private static Body of(byte[] bytes) {
        return new Body() {
            @Override
            public long length() {
                return bytes.length;
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                out.write(bytes);
            }
        };
    }
}
