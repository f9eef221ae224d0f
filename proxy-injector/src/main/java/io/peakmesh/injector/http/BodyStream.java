package io.peakmesh.injector.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** The body of one request, of a known length or in chunks. Closing it changes nothing. */
final class BodyStream extends InputStream {
    private static final byte[] CONTINUE =
            "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final Pattern CHUNK = Pattern.compile("([0-9A-Fa-f]{1,12})[ \t]*(;.*)?");

    /** Bytes of a chunk's line, and of all trailers together. */
    private static final int MAX_LINE_BYTES = 8 * 1024;

    private final InputStream in;
    private final OutputStream out;
    private final long length;
    private boolean mustContinue;
    private boolean first = true;
    private boolean ended;
    private boolean broken;

    /** Bytes until the end of the body or of the chunk. */
    private long left;

    private long taken;
    private long maxBytes = Long.MAX_VALUE;

    BodyStream(RequestHead head, InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
        this.length = head.length();
        this.left = Math.max(0, length);
        this.ended = length == 0;
        this.mustContinue =
                head.header("expect").stream().anyMatch(e -> e.equalsIgnoreCase("100-continue"));
    }

    long length() {
        return length;
    }

    void limit(long bytes) throws BodyTooLarge {
        if (length > bytes) {
            throw new BodyTooLarge(bytes);
        }
        maxBytes = bytes;
    }

    /**
     * Reads on to the end, that the next request can be read.
     *
     * @return false where more than {@code bytes} are left, or where the caller waits to be asked
     *     for them
     */
    boolean drained(long bytes) throws IOException {
        if (ended) {
            return true;
        }
        if (broken || mustContinue || (length >= 0 && left > bytes)) {
            return false;
        }
        maxBytes = taken + bytes;
        try {
            transferTo(OutputStream.nullOutputStream());
            return ended;
        } catch (BodyTooLarge _) {
            return false;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int size) throws IOException {
        if (ended || size == 0) {
            return ended ? -1 : 0;
        }
        if (mustContinue) {
            mustContinue = false;
            out.write(CONTINUE);
            out.flush();
        }
        if (left == 0 && !nextChunk()) {
            return -1;
        }
        int count = in.read(buffer, offset, (int) Math.min(size, left));
        if (count < 0) {
            throw new EOFException("the caller hung up in the middle of a request");
        }
        left -= count;
        taken += count;
        if (taken > maxBytes) {
            throw new BodyTooLarge(maxBytes);
        }
        ended = left == 0 && length >= 0;
        return count;
    }

    private boolean nextChunk() throws IOException {
        int[] budget = {MAX_LINE_BYTES};
        broken = true;
        if (!first && !RequestHead.line(in, budget).isEmpty()) {
            throw new Malformed(400, "malformed chunk");
        }
        first = false;
        var size = CHUNK.matcher(RequestHead.line(in, budget));
        if (!size.matches()) {
            throw new Malformed(400, "malformed chunk");
        }
        left = Long.parseLong(size.group(1), 16);
        if (left > 0) {
            broken = false;
            return true;
        }
        String trailer = RequestHead.line(in, budget);
        while (!trailer.isEmpty()) {
            trailer = RequestHead.line(in, budget);
        }
        broken = false;
        ended = true;
        return false;
    }
}
