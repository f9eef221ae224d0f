package io.peakmesh.kube.watch;

import io.fabric8.kubernetes.client.http.AsyncBody;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An answer's body for a blocking reader, which asks for more only when it has read all, so at most
 * one delivery of the HTTP client (some 16 KiB) is held. A server that says nothing for too long
 * ends it with {@link Silent}: a connection whose other end is gone shows no other sign.
 */
final class BodyStream extends InputStream implements AsyncBody.Consumer<List<ByteBuffer>> {
    /** Nothing came for as long as the reader would wait. */
    static final class Silent extends IOException {
        private static final long serialVersionUID = 1;

        Silent(Duration time) {
            super("nothing was heard for " + time.toSeconds() + " s");
        }
    }

    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<ByteBuffer> buffers = new ArrayDeque<>();
    private final Duration silence;
    private @Nullable AsyncBody body;
    private @Nullable Throwable failure;
    private boolean ended;

    BodyStream(Duration silence) {
        this.silence = silence;
    }

    /** Begins to take the body in. */
    void open(AsyncBody opened) {
        lock.lock();
        try {
            body = opened;
        } finally {
            lock.unlock();
        }
        var _ = opened.done().whenComplete((nothing, problem) -> end(problem));
        opened.consume();
    }

    private void end(@Nullable Throwable problem) {
        lock.lock();
        try {
            ended = true;
            failure = problem;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void consume(List<ByteBuffer> arrived, AsyncBody from) {
        lock.lock();
        try {
            arrived.stream().filter(ByteBuffer::hasRemaining).forEach(buffers::add);
            if (buffers.isEmpty()) {
                from.consume();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        lock.lock();
        try {
            ByteBuffer first = await();
            if (first == null) {
                return -1;
            }
            int count = Math.min(length, first.remaining());
            first.get(into, offset, count);
            if (!first.hasRemaining()) {
                buffers.remove();
            }
            if (buffers.isEmpty() && body != null) {
                body.consume();
            }
            return count;
        } finally {
            lock.unlock();
        }
    }

    /** The next bytes; null at the end. */
    private @Nullable ByteBuffer await() throws IOException {
        long left = silence.toNanos();
        while (buffers.isEmpty()) {
            if (ended) {
                if (failure != null) {
                    throw new IOException("the connection broke", failure);
                }
                return null;
            }
            if (left <= 0) {
                throw new Silent(silence);
            }
            try {
                left = changed.awaitNanos(left);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw (IOException) new InterruptedIOException("stopped").initCause(stop);
            }
        }
        return buffers.peek();
    }

    /** The bytes at hand can be read without waiting. */
    @Override
    public int available() {
        lock.lock();
        try {
            return buffers.stream().mapToInt(ByteBuffer::remaining).sum();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the request if it is not at its end; the connection goes with it. */
    @Override
    public void close() {
        lock.lock();
        try {
            buffers.clear();
            if (body != null && !ended) {
                body.cancel();
            }
            ended = true;
        } finally {
            lock.unlock();
        }
    }
}
