package io.peakmesh.kube.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.peakmesh.kube.connect.Api;
import io.peakmesh.kube.connect.Reply;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one object as it is wanted. It is written if it does not say what is wanted, or if it was
 * last written from another text (an annotation with that text's digest tells), so that what a new
 * release leaves out goes too.
 */
final class Kept {
    private static final Logger LOG = LoggerFactory.getLogger(Kept.class);
    private static final String DIGEST = "peakmesh.io/applied";

    private final Api api;

    Kept(Api api) {
        this.api = api;
    }

    /**
     * Reads what is there; a missing node if nothing is.
     *
     * @param what for people, as in {@code CustomResourceDefinition x}
     */
    JsonNode live(String path, String what) throws IOException {
        Reply reply = api.get(path);
        if (reply.status() == Reply.NOT_FOUND) {
            return MissingNode.getInstance();
        }
        return reply.orThrow("read " + what);
    }

    /** Writes {@code wanted} if {@code live} is other; the object as it is then. */
    JsonNode ensure(String path, String what, JsonNode live, ObjectNode wanted) throws IOException {
        String digest = Trees.hash(wanted);
        ObjectNode marked = wanted.deepCopy();
        marked.withObjectProperty("metadata").withObjectProperty("annotations").put(DIGEST, digest);
        if (Trees.contains(live, marked)) {
            return live;
        }
        JsonNode written = api.apply(path, marked).orThrow("write " + what);
        // What the API server leaves out of what is wanted makes no difference each time.
        if (!version(written).equals(version(live))) {
            LOG.info("event={} object=\"{}\"", live.isMissingNode() ? "created" : "updated", what);
        }
        return written;
    }

    private static String version(JsonNode object) {
        return object.path("metadata").path("resourceVersion").asText("");
    }
}
