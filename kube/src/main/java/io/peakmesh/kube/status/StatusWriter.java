package io.peakmesh.kube.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.peakmesh.kube.connect.Api;
import io.peakmesh.kube.connect.Pace;
import io.peakmesh.kube.connect.Reply;
import io.peakmesh.kube.connect.Worker;
import io.peakmesh.smi.object.ObjectKey;
import io.peakmesh.smi.status.Condition;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the conditions of SMI objects by server-side apply to their status, one at a time and at a
 * bounded rate. Of several writes for one object that have not been sent only the newest is. One
 * for an object that is gone, or that was made anew since (another uid), is dropped. While the API
 * server is away or refuses this client, everything waits.
 *
 * <p>Limit: {@value #MAX_WAITING} objects wait; writes for more are refused.
 */
public final class StatusWriter implements Closeable {
    static final int MAX_WAITING = 100_000;
    private static final int ATTEMPTS = 5;
    private static final Duration IDLE = Duration.ofHours(1);
    private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);

    private record Pending(
            String apiVersion, String uid, List<Condition> conditions, int attempts) {}

    private final Api api;
    private final InstantSource time;
    private final Pace pace;
    private final Worker worker = new Worker("status-writer", this::drain);
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<ObjectKey, Pending> waiting = new LinkedHashMap<>();
    private boolean open;

    /**
     * @param perSecond how many writes a second over time, and {@code burst} at once
     */
    public StatusWriter(KubernetesClient client, InstantSource time, double perSecond, int burst) {
        this.api = new Api(client);
        this.time = time;
        this.pace = new Pace(perSecond, burst);
    }

    /** Begins to take writes. */
    public void start() {
        lock.lock();
        try {
            open = true;
        } finally {
            lock.unlock();
        }
        worker.start();
    }

    /** Forgets what has not been written: the next leader finds it out for itself. */
    public void stop() {
        lock.lock();
        try {
            open = false;
            waiting.clear();
        } finally {
            lock.unlock();
        }
        worker.stop();
    }

    @Override
    public void close() {
        stop();
        worker.close();
    }

    /**
     * Has the conditions written soon; they replace all that this writer set before.
     *
     * @param uid of the object, empty if it is not known, and then whatever has the name is written
     * @return false if it is not taken: not started, not an SMI object, or too many wait
     */
    public boolean write(ObjectKey key, String apiVersion, String uid, List<Condition> conditions) {
        if (SmiPaths.status(key, apiVersion).isEmpty()) {
            return false;
        }
        lock.lock();
        try {
            if (!open || (waiting.size() >= MAX_WAITING && !waiting.containsKey(key))) {
                return false;
            }
            waiting.put(key, new Pending(apiVersion, uid, List.copyOf(conditions), 0));
        } finally {
            lock.unlock();
        }
        worker.wake();
        return true;
    }

    /** These are gone: what waits for them is not written any more. */
    public void forget(Set<ObjectKey> objects) {
        lock.lock();
        try {
            waiting.keySet().removeAll(objects);
        } finally {
            lock.unlock();
        }
    }

    /** How many objects wait to be written. */
    public int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    private Duration drain(Worker.Turn turn) throws IOException {
        while (turn.going()) {
            Optional<Map.Entry<ObjectKey, Pending>> next = first();
            if (next.isEmpty()) {
                return IDLE;
            }
            Duration wait = pace.take(time.instant());
            if (wait.isPositive()) {
                if (!turn.pause(wait)) {
                    break;
                }
                continue;
            }
            send(next.get().getKey(), next.get().getValue());
        }
        return IDLE;
    }

    private Optional<Map.Entry<ObjectKey, Pending>> first() {
        lock.lock();
        try {
            return Optional.ofNullable(waiting.firstEntry());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Reads before it writes: of the metadata in an apply to a status the API server heeds the
     * resourceVersion only, so a uid in it would not keep a status from an object made anew.
     */
    private void send(ObjectKey key, Pending pending) throws IOException {
        String path = SmiPaths.status(key, pending.apiVersion()).orElseThrow();
        Reply found = api.get(path);
        if (found.mayBeTakenLater()) {
            throw found.refused("read the status of " + text(key));
        }
        JsonNode metadata = found.body().path("metadata");
        boolean other =
                !pending.uid().isEmpty() && !metadata.path("uid").asText("").equals(pending.uid());
        ArrayNode conditions = ConditionTrees.of(pending.conditions());
        if (!found.done()
                || other
                || ConditionTrees.same(
                        conditions, found.body().path("status").path("conditions"))) {
            settle(key, pending, false);
            return;
        }
        write(key, pending, metadata.path("resourceVersion").asText(""), conditions);
    }

    private void write(ObjectKey key, Pending pending, String resourceVersion, ArrayNode conditions)
            throws IOException {
        ObjectNode object =
                new ObjectMapper()
                        .createObjectNode()
                        .put("apiVersion", pending.apiVersion())
                        .put("kind", key.kind());
        object.putObject("metadata")
                .put("name", key.name())
                .put("namespace", key.namespace())
                .put("resourceVersion", resourceVersion);
        object.putObject("status").set("conditions", conditions);
        Reply reply = api.apply(SmiPaths.status(key, pending.apiVersion()).orElseThrow(), object);
        if (reply.done() || reply.status() == Reply.NOT_FOUND) {
            settle(key, pending, false);
            return;
        }
        if (reply.mayBeTakenLater()) {
            throw reply.refused("write the status of " + text(key));
        }
        boolean again = reply.status() == Reply.CONFLICT && pending.attempts() + 1 < ATTEMPTS;
        if (!again) {
            LOG.warn("event=status-refused object={} reason=\"{}\"", text(key), reply.message());
        }
        settle(key, pending, again);
    }

    /** Takes it off the list, or puts it last, unless a newer one has come meanwhile. */
    private void settle(ObjectKey key, Pending pending, boolean again) {
        lock.lock();
        try {
            if (waiting.remove(key, pending) && again) {
                waiting.put(
                        key,
                        new Pending(
                                pending.apiVersion(),
                                pending.uid(),
                                pending.conditions(),
                                pending.attempts() + 1));
            }
        } finally {
            lock.unlock();
        }
    }

    private static String text(ObjectKey key) {
        return key.kind() + " " + key.namespace() + "/" + key.name();
    }
}
