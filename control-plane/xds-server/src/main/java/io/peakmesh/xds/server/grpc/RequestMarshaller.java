package io.peakmesh.xds.server.grpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.peakmesh.xds.server.delta.Request;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code DeltaDiscoveryRequest} without building it: of the node, 61 KB in a stock Envoy,
 * only six short fields are kept. Fields and numbers: envoy/service/discovery/v3/discovery.proto,
 * envoy/config/core/v3/base.proto and google/protobuf/struct.proto.
 */
public final class RequestMarshaller implements MethodDescriptor.Marshaller<Request> {
    /** Names and versions in one request; more is an error of the client. */
    static final int MOST_NAMES = 65_536;

    private static final int CLAIM_LENGTH = 512;

    /** What whoever starts a proxy writes into its node's metadata: see {@link Request.Node}. */
    private static final String MODULE = "peakmesh_lb";

    private static final String MODULE_NOTE = "peakmesh_lb_reason";

    @Override
    public InputStream stream(Request request) {
        throw new UnsupportedOperationException("a server does not send requests");
    }

    @Override
    public Request parse(InputStream stream) {
        try {
            return new Parser().parse(CodedInputStream.newInstance(stream));
        } catch (IOException e) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("not a DeltaDiscoveryRequest")
                    .withCause(e)
                    .asRuntimeException();
        }
    }

    private static final class Parser {
        private Request.@Nullable Node node;
        private String typeUrl = "";
        private final List<String> subscribe = new ArrayList<>();
        private final List<String> unsubscribe = new ArrayList<>();
        private final Map<String, String> versions = new HashMap<>();
        private String nonce = "";
        private @Nullable String error;

        Request parse(CodedInputStream in) throws IOException {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                boolean bytes =
                        WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
                switch (bytes ? WireFormat.getTagFieldNumber(tag) : 0) {
                    case 1 -> node = node(in);
                    case 2 -> typeUrl = in.readStringRequireUtf8();
                    case 3 -> subscribe.add(in.readStringRequireUtf8());
                    case 4 -> unsubscribe.add(in.readStringRequireUtf8());
                    case 5 -> version(in);
                    case 6 -> nonce = in.readStringRequireUtf8();
                    case 7 -> error = error(in);
                    default -> in.skipField(tag);
                }
                if (subscribe.size() + unsubscribe.size() + versions.size() > MOST_NAMES) {
                    throw Status.RESOURCE_EXHAUSTED
                            .withDescription("too many names in one request")
                            .asRuntimeException();
                }
            }
            return new Request(
                    Optional.ofNullable(node),
                    typeUrl,
                    subscribe,
                    unsubscribe,
                    versions,
                    nonce,
                    Optional.ofNullable(error));
        }

        private void version(CodedInputStream in) throws IOException {
            int limit = in.pushLimit(in.readRawVarint32());
            String key = "";
            String value = "";
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                switch (tag) {
                    case 10 -> key = in.readStringRequireUtf8();
                    case 18 -> value = in.readStringRequireUtf8();
                    default -> in.skipField(tag);
                }
            }
            in.popLimit(limit);
            versions.put(key, value);
        }

        /** google.rpc.Status: code 1, message 2. */
        private static String error(CodedInputStream in) throws IOException {
            int limit = in.pushLimit(in.readRawVarint32());
            String message = "";
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == 18) {
                    message = in.readStringRequireUtf8();
                } else {
                    in.skipField(tag);
                }
            }
            in.popLimit(limit);
            return message;
        }

        private static Request.Node node(CodedInputStream in) throws IOException {
            int limit = in.pushLimit(in.readRawVarint32());
            String id = "";
            String cluster = "";
            String zone = "";
            String build = "";
            Metadata metadata = new Metadata();
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                switch (tag) {
                    case 10 -> id = claim(in);
                    case 18 -> cluster = claim(in);
                    case 26 -> metadata.read(in);
                    case 34 -> zone = nested(in, 18);
                    case 66 -> build = version(nestedBytes(in, 10));
                    default -> in.skipField(tag);
                }
            }
            in.popLimit(limit);
            return new Request.Node(id, cluster, zone, build, metadata.module, metadata.note);
        }

        /** The two strings of a {@code google.protobuf.Struct} that matter here. */
        private static final class Metadata {
            String module = "";
            String note = "";

            void read(CodedInputStream in) throws IOException {
                int limit = in.pushLimit(in.readRawVarint32());
                for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                    if (tag == 10) {
                        entry(in);
                    } else {
                        in.skipField(tag);
                    }
                }
                in.popLimit(limit);
            }

            private void entry(CodedInputStream in) throws IOException {
                int limit = in.pushLimit(in.readRawVarint32());
                String key = "";
                String value = "";
                for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                    switch (tag) {
                        case 10 -> key = claim(in);
                        case 18 -> value = nested(in, 26);
                        default -> in.skipField(tag);
                    }
                }
                in.popLimit(limit);
                switch (key) {
                    case MODULE -> module = value;
                    case MODULE_NOTE -> note = value;
                    default -> {}
                }
            }
        }

        private static String claim(CodedInputStream in) throws IOException {
            String text = in.readStringRequireUtf8();
            return text.length() <= CLAIM_LENGTH ? text : text.substring(0, CLAIM_LENGTH);
        }

        private static String nested(CodedInputStream in, int wanted) throws IOException {
            return new String(nestedBytes(in, wanted), java.nio.charset.StandardCharsets.UTF_8);
        }

        private static byte[] nestedBytes(CodedInputStream in, int wanted) throws IOException {
            int limit = in.pushLimit(in.readRawVarint32());
            byte[] found = {};
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == wanted) {
                    found = in.readByteArray();
                } else {
                    in.skipField(tag);
                }
            }
            in.popLimit(limit);
            return found.length <= CLAIM_LENGTH
                    ? found
                    : java.util.Arrays.copyOf(found, CLAIM_LENGTH);
        }

        /** envoy.type.v3.SemanticVersion: major 1, minor 2, patch 3. */
        private static String version(byte[] bytes) throws IOException {
            if (bytes.length == 0) {
                return "";
            }
            int[] parts = new int[3];
            CodedInputStream in = CodedInputStream.newInstance(bytes);
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                int field = WireFormat.getTagFieldNumber(tag);
                if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT
                        && field >= 1
                        && field <= 3) {
                    parts[field - 1] = in.readUInt32();
                } else {
                    in.skipField(tag);
                }
            }
            return parts[0] + "." + parts[1] + "." + parts[2];
        }
    }
}
