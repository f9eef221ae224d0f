package io.peakmesh.injector.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Request line and headers (RFC 9112). Strict: what two readers could understand in two ways is
 * refused.
 *
 * @param headers by name in lower case
 * @param length of the body in bytes; -1 for chunks
 */
record RequestHead(
        String method,
        String path,
        String query,
        boolean keepAlive,
        SortedMap<String, List<String>> headers,
        long length) {
    /** Groups and extras of a user with thousands of them fit. */
    private static final int MAX_BYTES = 64 * 1024;

    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern TARGET = Pattern.compile("/[!-~&&[^#]]*");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,15}");

    /** Reads up to and with the empty line. */
    static RequestHead read(InputStream in) throws IOException {
        int[] left = {MAX_BYTES};
        String[] line = line(in, left).split(" ", -1);
        if (line.length != 3
                || !TOKEN.matcher(line[0]).matches()
                || !TARGET.matcher(line[1]).matches()) {
            throw new Malformed(400, "malformed request line");
        }
        if (!line[2].equals("HTTP/1.1") && !line[2].equals("HTTP/1.0")) {
            throw new Malformed(505, "only HTTP/1.1 is spoken here");
        }
        SortedMap<String, List<String>> headers = new TreeMap<>();
        for (String header = line(in, left); !header.isEmpty(); header = line(in, left)) {
            int colon = header.indexOf(':');
            if (colon < 1 || !TOKEN.matcher(header.substring(0, colon)).matches()) {
                throw new Malformed(400, "malformed header");
            }
            headers.computeIfAbsent(
                            header.substring(0, colon).toLowerCase(Locale.ROOT),
                            _ -> new ArrayList<>())
                    .add(header.substring(colon + 1).strip());
        }
        boolean close =
                headers.getOrDefault("connection", List.of()).stream()
                        .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains("close"));
        int question = line[1].indexOf('?');
        return new RequestHead(
                line[0],
                question < 0 ? line[1] : line[1].substring(0, question),
                question < 0 ? "" : line[1].substring(question + 1),
                line[2].equals("HTTP/1.1") && !close,
                headers,
                length(headers));
    }

    List<String> header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    private static long length(SortedMap<String, List<String>> headers) throws Malformed {
        List<String> encodings = headers.getOrDefault("transfer-encoding", List.of());
        List<String> lengths = headers.getOrDefault("content-length", List.of());
        if (!encodings.isEmpty()) {
            if (!lengths.isEmpty()
                    || encodings.size() > 1
                    || !encodings.getFirst().equalsIgnoreCase("chunked")) {
                throw new Malformed(400, "transfer-encoding is not chunked alone");
            }
            return -1;
        }
        if (lengths.isEmpty()) {
            return 0;
        }
        if (lengths.size() > 1 || !LENGTH.matcher(lengths.getFirst()).matches()) {
            throw new Malformed(400, "malformed content-length");
        }
        return Long.parseLong(lengths.getFirst());
    }

    /** One line without its end; {@code left} holds the bytes that may still be read. */
    static String line(InputStream in, int[] left) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the caller hung up in the middle of a request");
            }
            if (left[0]-- == 0) {
                throw new Malformed(431, "the request's head is too large");
            }
            if (next == '\n') {
                break;
            }
            line.write(next);
        }
        String text = line.toString(StandardCharsets.UTF_8);
        String bare = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        if (bare.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
            throw new Malformed(400, "control character in the request's head");
        }
        return bare;
    }
}
