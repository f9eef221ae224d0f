package io.peakmesh.benchmarks.fanout;

import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Bytes out as they are; in, a message is read from a buffer that its thread keeps, so that reading
 * costs one copy and no garbage.
 */
final class BytesMarshaller {
    private BytesMarshaller() {}

    /** Reads a message from the first {@code length} bytes of a buffer that it must not keep. */
    interface Reader<T> {
        T read(byte[] buffer, int length) throws IOException;
    }

    static final class Outgoing implements Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream stream) {
            throw new UnsupportedOperationException("only sends");
        }
    }

    static final class Incoming<T> implements Marshaller<T> {
        private final ThreadLocal<byte[]> buffers = ThreadLocal.withInitial(() -> new byte[4096]);
        private final Reader<T> reader;

        Incoming(Reader<T> reader) {
            this.reader = reader;
        }

        @Override
        public InputStream stream(T message) {
            throw new UnsupportedOperationException("only receives");
        }

        @Override
        public T parse(InputStream stream) {
            try {
                int expected = stream.available();
                byte[] buffer = buffers.get();
                if (buffer.length < expected) {
                    buffer = new byte[Math.max(expected, 2 * buffer.length)];
                    buffers.set(buffer);
                }
                int length = stream.readNBytes(buffer, 0, expected);
                if (stream.read() >= 0) {
                    throw new IOException("a message longer than announced");
                }
                return reader.read(buffer, length);
            } catch (IOException e) {
                throw Status.INTERNAL
                        .withDescription("unreadable message")
                        .withCause(e)
                        .asRuntimeException();
            }
        }
    }
}
