package io.peakmesh.kube.lease;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.peakmesh.kube.connect.Api;
import io.peakmesh.kube.connect.Reply;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The Lease object: read, and written only in the place of what was read. */
final class LeaseRecord {
    static final Duration DURATION = Duration.ofSeconds(15);
    static final Duration DEADLINE = Duration.ofSeconds(10);
    static final Duration RETRY = Duration.ofSeconds(2);
    static final Duration PATIENCE = Duration.ofSeconds(4);

    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final Api api;
    private final String namespace;
    private final String name;
    private final String identity;
    private final InstantSource time;
    private @Nullable ObjectNode last;

    LeaseRecord(Api api, String namespace, String name, String identity, InstantSource time) {
        this.api = api;
        this.namespace = namespace;
        this.name = name;
        this.identity = identity;
        this.time = time;
    }

    String identity() {
        return identity;
    }

    /** Now, as a lease has it. */
    String now() {
        return MICROS.format(time.instant());
    }

    /** The record; one that is absent is nobody's. */
    Claim.Seen read(Duration patience) throws IOException {
        Reply reply = api.within(patience).get(path());
        if (reply.status() == Reply.NOT_FOUND) {
            last = null;
            return new Claim.Seen("", "", DURATION);
        }
        JsonNode body = reply.orThrow("read Lease " + namespace + "/" + name);
        last = body instanceof ObjectNode object ? object : null;
        JsonNode spec = body.path("spec");
        long seconds = spec.path("leaseDurationSeconds").asLong(DURATION.toSeconds());
        return new Claim.Seen(
                spec.path("holderIdentity").asText(""),
                spec.path("renewTime").asText(""),
                Duration.ofSeconds(seconds));
    }

    /** Makes it ours, or false if it has changed since it was read. */
    boolean write(String renewed, Duration patience) throws IOException {
        ObjectNode next = last == null ? fresh() : last.deepCopy();
        ObjectNode spec = next.withObjectProperty("spec");
        if (!spec.path("holderIdentity").asText("").equals(identity)) {
            spec.put("acquireTime", renewed);
            spec.put("leaseTransitions", spec.path("leaseTransitions").asInt(-1) + 1);
        }
        spec.put("holderIdentity", identity);
        spec.put("leaseDurationSeconds", DURATION.toSeconds());
        spec.put("renewTime", renewed);
        return put(next, patience);
    }

    /** Makes it nobody's, if it is still as it was written. */
    void release() throws IOException {
        read(PATIENCE);
        if (last == null || !last.path("spec").path("holderIdentity").asText("").equals(identity)) {
            return;
        }
        ObjectNode next = last.deepCopy();
        next.withObjectProperty("spec")
                .put("holderIdentity", "")
                .put("leaseDurationSeconds", 1)
                .put("renewTime", now());
        put(next, PATIENCE);
    }

    private boolean put(ObjectNode next, Duration patience) throws IOException {
        Api timed = api.within(patience);
        Reply reply = last == null ? timed.create(folder(), next) : timed.replace(path(), next);
        if (reply.status() == Reply.CONFLICT
                || (last != null && reply.status() == Reply.NOT_FOUND)) {
            return false;
        }
        if (reply.status() == Reply.NOT_FOUND) {
            throw new IOException(
                    "the namespace of Lease "
                            + namespace
                            + "/"
                            + name
                            + " is missing: kubectl create namespace "
                            + namespace);
        }
        last =
                reply.orThrow("write Lease " + namespace + "/" + name) instanceof ObjectNode object
                        ? object
                        : null;
        return true;
    }

    private ObjectNode fresh() {
        ObjectNode object =
                new ObjectMapper()
                        .createObjectNode()
                        .put("apiVersion", "coordination.k8s.io/v1")
                        .put("kind", "Lease");
        object.putObject("metadata").put("name", name).put("namespace", namespace);
        return object;
    }

    private String folder() {
        return "/apis/coordination.k8s.io/v1/namespaces/" + namespace + "/leases";
    }

    private String path() {
        return folder() + "/" + name;
    }
}
