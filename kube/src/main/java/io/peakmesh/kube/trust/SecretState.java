package io.peakmesh.kube.trust;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.peakmesh.identity.state.IdentityException;
import io.peakmesh.identity.state.IdentityException.Category;
import io.peakmesh.identity.state.State;
import io.peakmesh.kube.connect.Api;
import io.peakmesh.kube.connect.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Entries as keys of one Secret (type Opaque). Each change replaces the whole Secret with the
 * {@code resourceVersion} that was read, so of many processes that make the same entry exactly one
 * wins. All entries together may have 1 MiB, as the API server says. Only get, create and update of
 * this one name are used.
 */
public final class SecretState implements State {
    /** A lost race means that another got on, so this many in a row only a broken server gives. */
    private static final int ATTEMPTS = 200;

    /** Without its keys the authority cannot start, so here it waits longer than usual. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int LONGEST_NAME = 253;
    private static final String OPAQUE = "Opaque";

    private final Api api;
    private final String namespace;
    private final String secret;

    /** The state in the Secret of this name, which need not exist yet; its namespace must. */
    public SecretState(KubernetesClient client, String namespace, String secret) {
        this.api = new Api(client).within(PATIENCE);
        this.namespace = namespace;
        this.secret = secret;
    }

    @Override
    public String place() {
        return "Secret " + namespace + "/" + secret;
    }

    @Override
    public Optional<String> read(String name) {
        return get().flatMap(found -> entry(found, name));
    }

    @Override
    public boolean publish(String name, String content) {
        if (name.length() > LONGEST_NAME || !name.matches("[-._a-zA-Z0-9]+")) {
            throw IdentityException.refused(place(), "takes no entry named '" + name + "'");
        }
        String encoded =
                Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.ISO_8859_1));
        boolean unsure = false;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<ObjectNode> found = get();
            Optional<String> there = found.flatMap(secretFound -> entry(secretFound, name));
            if (there.isPresent()) {
                // A write whose answer got lost may have been done.
                return unsure && there.get().equals(content);
            }
            ObjectNode next = found.orElseGet(this::fresh);
            next.withObjectProperty("data").put(name, encoded);
            Outcome outcome = write(next, found.isEmpty(), "add " + name + " to ");
            if (outcome == Outcome.WRITTEN) {
                return true;
            }
            unsure |= outcome == Outcome.UNSURE;
        }
        throw overrun("add " + name);
    }

    @Override
    public void delete(String name) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<ObjectNode> found = get();
            if (found.isEmpty() || !found.get().path("data").has(name)) {
                return;
            }
            found.get().withObjectProperty("data").remove(name);
            if (write(found.get(), false, "remove " + name + " from ") == Outcome.WRITTEN) {
                return;
            }
        }
        throw overrun("remove " + name);
    }

    @Override
    public List<String> names(String prefix) {
        TreeSet<String> names = new TreeSet<>();
        get().ifPresent(found -> found.path("data").fieldNames().forEachRemaining(names::add));
        return names.stream().filter(startsWith(prefix)).toList();
    }

    private static Predicate<String> startsWith(String prefix) {
        return name -> name.startsWith(prefix);
    }

    private enum Outcome {
        WRITTEN,
        /** Another was first. */
        LOST,
        /** No answer: it may have been done. */
        UNSURE
    }

    private Outcome write(ObjectNode next, boolean create, String wanted) {
        Reply reply;
        try {
            reply = create ? api.create(folder(), next) : api.replace(path(), next);
        } catch (IOException noAnswer) {
            if (Thread.currentThread().isInterrupted() || !answers()) {
                throw io("cannot " + wanted + place(), noAnswer);
            }
            return Outcome.UNSURE;
        }
        if (reply.done()) {
            return Outcome.WRITTEN;
        }
        if (reply.status() == Reply.CONFLICT) {
            return Outcome.LOST;
        }
        if (create && reply.status() == Reply.NOT_FOUND) {
            throw new IdentityException(
                    Category.STATE_IO,
                    "the namespace of "
                            + place()
                            + " is missing: kubectl create namespace "
                            + namespace);
        }
        if (!create && reply.status() == Reply.NOT_FOUND) {
            return Outcome.LOST;
        }
        throw io("", reply.refused(wanted + place()));
    }

    /** Whether the API server can be reached again, now. */
    private boolean answers() {
        try {
            return api.get(path()).status() < 500;
        } catch (IOException away) {
            return false;
        }
    }

    private Optional<ObjectNode> get() {
        Reply reply;
        try {
            reply = api.get(path());
            if (reply.status() == Reply.NOT_FOUND) {
                return Optional.empty();
            }
            JsonNode body = reply.orThrow("read " + place());
            if (!(body instanceof ObjectNode object)) {
                throw new IOException("cannot read " + place() + ": the answer is no object");
            }
            String type = object.path("type").asText(OPAQUE);
            if (!type.equals(OPAQUE)) {
                throw IdentityException.refused(
                        place(), "is of type " + type + ", so it is not ours; want " + OPAQUE);
            }
            return Optional.of(object);
        } catch (IOException problem) {
            throw io("", problem);
        }
    }

    private Optional<String> entry(JsonNode found, String name) {
        JsonNode value = found.path("data").path(name);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(value.asText(""));
        } catch (IllegalArgumentException noBase64) {
            throw IdentityException.refused(place() + " key " + name, "is no base64");
        }
        if (bytes.length > MAX_BYTES) {
            throw IdentityException.refused(
                    place() + " key " + name, "has " + bytes.length + " bytes, over " + MAX_BYTES);
        }
        return Optional.of(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    private ObjectNode fresh() {
        ObjectNode object =
                new ObjectMapper()
                        .createObjectNode()
                        .put("apiVersion", "v1")
                        .put("kind", "Secret")
                        .put("type", OPAQUE);
        object.putObject("metadata")
                .put("name", secret)
                .put("namespace", namespace)
                .putObject("labels")
                .put("app.kubernetes.io/managed-by", "peakmesh");
        return object;
    }

    private String folder() {
        return "/api/v1/namespaces/" + namespace + "/secrets";
    }

    private String path() {
        return folder() + "/" + secret;
    }

    private IdentityException overrun(String wanted) {
        return new IdentityException(
                Category.STATE_IO,
                place() + ": cannot " + wanted + ": it changed " + ATTEMPTS + " times meanwhile");
    }

    private static IdentityException io(String what, IOException cause) {
        String text = String.valueOf(cause.getMessage());
        return new IdentityException(
                Category.STATE_IO, what.isEmpty() ? text : what + ": " + text, cause);
    }
}
