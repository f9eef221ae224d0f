package io.peakmesh.injector.webhook;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.Serial;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * Holds bytes that are written once and then read, compressed: a list of custom resources shrinks
 * to a tenth or less. All spools together take at most their common budget.
 */
final class Spool extends OutputStream {
    static final int CHUNK_BYTES = 64 * 1024;

    /** The common budget is spent. Of a kind that Jackson does not wrap. */
    static final class Full extends IOException {
        @Serial private static final long serialVersionUID = 1;

        private Full() {
            super("too much is being converted at once");
        }
    }

    private final Semaphore chunkBudget;
    private final Chunks chunks = new Chunks();
    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    private final OutputStream in = new DeflaterOutputStream(chunks, deflater, 8 * 1024);
    private long length;
    private boolean closed;

    /** {@code chunkBudget} counts chunks of {@value #CHUNK_BYTES} bytes. */
    Spool(Semaphore chunkBudget) {
        this.chunkBudget = chunkBudget;
    }

    @Override
    public void write(int one) throws IOException {
        in.write(one);
        length++;
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        in.write(bytes, offset, count);
        length += count;
    }

    /** No more is written. */
    void finish() throws IOException {
        in.close();
        deflater.end();
    }

    /** Bytes written. */
    long length() {
        return length;
    }

    InputStream read() {
        List<InputStream> parts = new ArrayList<>();
        for (int i = 0; i < chunks.full.size(); i++) {
            boolean last = i == chunks.full.size() - 1;
            parts.add(
                    new ByteArrayInputStream(
                            chunks.full.get(i), 0, last ? chunks.used : CHUNK_BYTES));
        }
        return new InflaterInputStream(new SequenceInputStream(Collections.enumeration(parts)));
    }

    /** Gives the memory back; may be called again. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            deflater.end();
            chunkBudget.release(chunks.full.size());
            chunks.full.clear();
        }
    }

    private final class Chunks extends OutputStream {
        private final List<byte[]> full = new ArrayList<>();

        /** Bytes in the last chunk. */
        private int used = CHUNK_BYTES;

        @Override
        public void write(int one) throws Full {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws Full {
            int done = 0;
            while (done < count) {
                if (used == CHUNK_BYTES) {
                    if (!chunkBudget.tryAcquire()) {
                        throw new Full();
                    }
                    full.add(new byte[CHUNK_BYTES]);
                    used = 0;
                }
                int part = Math.min(count - done, CHUNK_BYTES - used);
                System.arraycopy(bytes, offset + done, full.getLast(), used, part);
                used += part;
                done += part;
            }
        }
    }
}
