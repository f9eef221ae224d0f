package io.peakmesh.xds.server.snapshot;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.peakmesh.xds.translator.wire.TypeUrl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;

/**
 * One resource as it is sent, ready to be written to any number of streams.
 *
 * @param version the same wherever the content is the same: 128 bits of SHA-256 in base64url for a
 *     translated resource, the issuer's word for a secret
 * @param body the serialised fields of {@code envoy.service.discovery.v3.Resource}: version,
 *     resource and name. Aliases of one stream may be appended to it
 * @param modSeq grows with every change in one graph; 0 for what belongs to no graph
 * @param endpoints the ClusterLoadAssignment that a cluster takes its endpoints from
 */
public record Resource(
        String name, String version, ByteString body, long modSeq, Optional<String> endpoints) {
    private static final int VERSION = 1;
    private static final int RESOURCE = 2;
    private static final int NAME = 3;
    private static final int ALIASES = 4;
    private static final int HASH_BYTES = 16;

    /** The version of {@link #absent}. */
    public static final String ABSENT_VERSION = "absent";

    /** Serialises and hashes a message; the same message gives the same bytes on every machine. */
    public static Resource of(String name, Message message, long modSeq) {
        ByteString value = deterministic(message);
        String url = TypeUrl.of(message);
        String version = hash(name, url, value);
        return new Resource(
                name, version, body(name, version, any(url, value)), modSeq, endpoints(message));
    }

    /** A resource whose version and bytes were made elsewhere: a secret. */
    public static Resource opaque(String name, String version, String typeUrl, ByteString value) {
        return new Resource(
                name, version, body(name, version, any(typeUrl, value)), 0, Optional.empty());
    }

    /**
     * A resource without content, which tells Envoy's on-demand virtual hosts that there is none of
     * this name; a removal would leave the waiting request unanswered, and without an alias Envoy
     * would refuse the whole response.
     */
    public static Resource absent(String name) {
        ByteString body = body(name, ABSENT_VERSION, ByteString.EMPTY).concat(alias(name));
        return new Resource(name, ABSENT_VERSION, body, 0, Optional.empty());
    }

    /** Whether this only says that there is no such resource. */
    public boolean isAbsent() {
        return version.equals(ABSENT_VERSION);
    }

    /** The same name and version without the content, for remembering what was sent. */
    public Resource withoutBody() {
        return new Resource(name, version, ByteString.EMPTY, modSeq, endpoints);
    }

    /** The bytes to append to {@link #body} for one more name of this resource. */
    public static ByteString alias(String alias) {
        return write(out -> out.writeString(ALIASES, alias));
    }

    /** The packed message inside {@link #body}, as gRPC's own clients want it: a serialised Any. */
    public ByteString any() {
        try {
            var in = body.newCodedInput();
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag >>> 3 == RESOURCE) {
                    return in.readBytes();
                }
                in.skipField(tag);
            }
            return ByteString.EMPTY;
        } catch (IOException e) {
            throw new UncheckedIOException("a body of our own making must parse", e);
        }
    }

    private static Optional<String> endpoints(Message message) {
        if (message instanceof Cluster cluster && cluster.getType() == Cluster.DiscoveryType.EDS) {
            String service = cluster.getEdsClusterConfig().getServiceName();
            return Optional.of(service.isEmpty() ? cluster.getName() : service);
        }
        return Optional.empty();
    }

    private static ByteString deterministic(Message message) {
        byte[] bytes = new byte[message.getSerializedSize()];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.useDeterministicSerialization();
        try {
            message.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.checkNoSpaceLeft();
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    private static ByteString any(String url, ByteString value) {
        return write(out -> {
            out.writeString(1, url);
            if (!value.isEmpty()) {
                out.writeBytes(2, value);
            }
        });
    }

    private static ByteString body(String name, String version, ByteString any) {
        return write(out -> {
            out.writeString(VERSION, version);
            if (!any.isEmpty()) {
                out.writeBytes(RESOURCE, any);
            }
            out.writeString(NAME, name);
        });
    }

    private static String hash(String name, String url, ByteString value) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(any(name, ByteString.EMPTY).asReadOnlyByteBuffer());
            sha.update(any(url, value).asReadOnlyByteBuffer());
            byte[] half = java.util.Arrays.copyOf(sha.digest(), HASH_BYTES);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(half);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    private interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    private static ByteString write(Fields fields) {
        ByteString.Output bytes = ByteString.newOutput();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            fields.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteString();
    }

    /** Never the content: it may be a secret. */
    @Override
    public String toString() {
        return name + "@" + version;
    }
}
