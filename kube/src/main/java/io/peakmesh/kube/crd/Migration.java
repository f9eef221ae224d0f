package io.peakmesh.kube.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.peakmesh.kube.connect.Api;
import io.peakmesh.kube.connect.Pace;
import io.peakmesh.kube.connect.Reply;
import io.peakmesh.kube.connect.Worker;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings all objects of a definition to the version that is stored: each is patched with nothing,
 * at which the API server writes it anew in that version if it is stored in another. Then, and only
 * if none was refused, the definition's {@code status.storedVersions} is set to that version alone.
 * It can stop anywhere and begin again: what is done costs nothing the second time.
 */
final class Migration {
    static final int PAGE = 200;
    private static final int GONE = 410;
    private static final Logger LOG = LoggerFactory.getLogger(Migration.class);

    /** Some objects cannot be written as they are, which only their authors can change. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1;

        Refused(int objects, Definition definition, IOException first) {
            super(
                    "CustomResourceDefinition %s keeps its old versions because of %d objects: %s"
                            .formatted(definition.name(), objects, first.getMessage()),
                    first);
        }
    }

    private final Api api;
    private final InstantSource time;
    private final Pace pace;

    Migration(Api api, InstantSource time, Pace pace) {
        this.api = api;
        this.time = time;
        this.pace = pace;
    }

    /**
     * Does it for the definition as it is {@code live}.
     *
     * @throws Refused if some objects cannot be written as they are; the others have been
     */
    void run(Definition definition, JsonNode live, Worker.Turn turn) throws IOException {
        LOG.info(
                "event=migration crd={} from={} to={}",
                definition.name(),
                Definition.stored(live),
                definition.storage());
        int done = 0;
        int refused = 0;
        Optional<IOException> first = Optional.empty();
        String next = "";
        do {
            Reply reply = api.get(page(definition, next));
            if (reply.status() == GONE) {
                // The list is too old to go on with; what was done need not be done again.
                next = "";
                continue;
            }
            JsonNode page =
                    reply.orThrow(
                            "list the objects of CustomResourceDefinition " + definition.name());
            for (JsonNode object : page.path("items")) {
                if (!paced(turn)) {
                    return;
                }
                Optional<IOException> refusal = rewrite(definition, object);
                first = first.isPresent() ? first : refusal;
                refused += refusal.isPresent() ? 1 : 0;
                done++;
            }
            next = page.path("metadata").path("continue").asText("");
        } while (!next.isEmpty() && turn.going());
        if (!turn.going()) {
            return;
        }
        if (first.isPresent()) {
            throw new Refused(refused, definition, first.get());
        }
        settle(definition, live);
        LOG.info(
                "event=migrated crd={} objects={} to={}",
                definition.name(),
                done,
                definition.storage());
    }

    private static String page(Definition definition, String next) {
        return definition.objects()
                + "/"
                + definition.plural()
                + "?limit="
                + PAGE
                + (next.isEmpty()
                        ? ""
                        : "&continue=" + URLEncoder.encode(next, StandardCharsets.UTF_8));
    }

    private boolean paced(Worker.Turn turn) {
        Duration wait = pace.take(time.instant());
        while (wait.isPositive()) {
            if (!turn.pause(wait)) {
                return false;
            }
            wait = pace.take(time.instant());
        }
        return turn.going();
    }

    /** What is wrong with the object, if something is. */
    private Optional<IOException> rewrite(Definition definition, JsonNode object)
            throws IOException {
        JsonNode metadata = object.path("metadata");
        String namespace = metadata.path("namespace").asText("");
        String name = metadata.path("name").asText("");
        String path =
                definition.objects()
                        + (definition.namespaced() ? "/namespaces/" + namespace : "")
                        + "/"
                        + definition.plural()
                        + "/"
                        + name;
        // The patch carries no resourceVersion: there is no newer state that it could undo.
        Reply reply = api.merge(path, new ObjectMapper().createObjectNode());
        if (reply.done() || reply.status() == Reply.NOT_FOUND) {
            return Optional.empty();
        }
        IOException refusal =
                reply.refused(
                        "bring %s %s/%s to %s"
                                .formatted(
                                        definition.plural(),
                                        namespace,
                                        name,
                                        definition.storage()));
        if (reply.mayBeTakenLater()) {
            throw refusal;
        }
        return Optional.of(refusal);
    }

    /** Says that only the one version is stored, if the definition is still the one migrated. */
    private void settle(Definition definition, JsonNode migrated) throws IOException {
        String what = "CustomResourceDefinition " + definition.name();
        JsonNode now = api.get(definition.path()).orThrow("read " + what);
        if (now.path("metadata").path("generation").asLong()
                != migrated.path("metadata").path("generation").asLong()) {
            throw new IOException(what + " was changed while its objects were migrated");
        }
        ObjectNode patch = new ObjectMapper().createObjectNode();
        patch.putObject("metadata")
                .put("resourceVersion", now.path("metadata").path("resourceVersion").asText(""));
        patch.putObject("status").putArray("storedVersions").add(definition.storage());
        api.merge(definition.path() + "/status", patch)
                .orThrow("set the stored versions of " + what);
    }
}
