package io.peakmesh.xds.server.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.peakmesh.xds.server.delta.Response;
import io.peakmesh.xds.server.snapshot.Resource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a {@code DeltaDiscoveryResponse} from the bytes that all streams share; only the few bytes
 * around them are made per stream.
 */
public final class ResponseMarshaller implements MethodDescriptor.Marshaller<Response> {
    private static final int RESOURCES = 2;
    private static final int TYPE_URL = 4;
    private static final int NONCE = 5;
    private static final int REMOVED = 6;

    @Override
    public InputStream stream(Response response) {
        return new Segments(segments(response));
    }

    @Override
    public Response parse(InputStream stream) {
        throw new UnsupportedOperationException("a server does not take responses");
    }

    private static List<ByteString> segments(Response response) {
        List<ByteString> segments = new ArrayList<>(2 * response.resources().size() + 1);
        for (Response.Item item : response.resources()) {
            ByteString body = item.resource().body();
            ByteString aliases = ByteString.EMPTY;
            for (String alias : item.aliases()) {
                aliases = aliases.concat(Resource.alias(alias));
            }
            int length = body.size() + aliases.size();
            segments.add(write(out -> prefix(out, length)));
            segments.add(body);
            if (!aliases.isEmpty()) {
                segments.add(aliases);
            }
        }
        segments.add(
                write(out -> {
                    out.writeString(TYPE_URL, response.type().url());
                    out.writeString(NONCE, response.nonce());
                    for (String name : response.removed()) {
                        out.writeString(REMOVED, name);
                    }
                }));
        return segments;
    }

    private static void prefix(CodedOutputStream out, int length) throws IOException {
        out.writeTag(RESOURCES, com.google.protobuf.WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag(length);
    }

    private interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    private static ByteString write(Fields fields) {
        ByteString.Output bytes = ByteString.newOutput(64);
        CodedOutputStream out = CodedOutputStream.newInstance(bytes, 64);
        try {
            fields.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteString();
    }

    private static final class Segments extends InputStream implements Drainable, KnownLength {
        private final List<ByteString> segments;
        private @Nullable InputStream rest;

        Segments(List<ByteString> segments) {
            this.segments = segments;
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            if (rest != null) {
                return Math.toIntExact(rest.transferTo(target));
            }
            int length = available();
            for (ByteString segment : segments) {
                segment.writeTo(target);
            }
            rest = InputStream.nullInputStream();
            return length;
        }

        @Override
        public int available() throws IOException {
            if (rest != null) {
                return rest.available();
            }
            int length = 0;
            for (ByteString segment : segments) {
                length = Math.addExact(length, segment.size());
            }
            return length;
        }

        @Override
        public int read() throws IOException {
            return input().read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return input().read(target, offset, length);
        }

        private InputStream input() {
            InputStream in = rest;
            if (in == null) {
                in = ByteString.copyFrom(segments).newInput();
                rest = in;
            }
            return in;
        }
    }
}
