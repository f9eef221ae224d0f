package io.peakmesh.kube.progress;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.peakmesh.kube.connect.Api;
import io.peakmesh.kube.connect.Reply;
import io.peakmesh.kube.connect.Worker;
import io.peakmesh.smi.object.ObjectKey;
import io.peakmesh.smi.status.Programmed;
import java.io.Closeable;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the proxies of all replicas are. One that does not lead keeps a ConfigMap of its own in
 * the control plane's namespace, written when it differs, at most every three seconds, and every
 * fifteen in any case, so that its beat moves. The leader reads those of the others every three
 * seconds; one whose beat it has not seen move for 45 s counts no more, and its ConfigMap is
 * deleted after five minutes.
 *
 * <p>So what the leader knows of others is some seconds old: a proxy that moves from one replica to
 * another may be counted twice or not at all until then. While the API server cannot be asked, the
 * last answer stands for those 45 s.
 *
 * <p>Limits: {@value #MAX_REPLICAS} replicas, and 900 KiB for each, some ten thousand objects;
 * objects beyond are left out, in the order of their names.
 */
public final class ReplicaProgress implements Closeable {
    /** What each ConfigMap's name begins with. */
    public static final String NAME_PREFIX = "peakmesh-progress-";

    static final int MAX_PROXIES = 1_000_000;
    static final int MAX_REPLICAS = 64;
    private static final String MANAGED = "app.kubernetes.io/managed-by";
    private static final String OURS = "peakmesh";
    private static final String LABEL = "peakmesh.io/progress";
    private static final String PROGRESS = "progress.json";
    private static final String BEAT = "beat";
    private static final Duration EVERY = Duration.ofSeconds(3);
    private static final Duration BEATS = Duration.ofSeconds(15);

    /** So that a replica counts again soon after the API server is back. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(15);

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaProgress.class);

    /**
     * How far one object is in one replica's proxies.
     *
     * @param generation of the object that this is about
     */
    public record Entry(long generation, Programmed programmed) {}

    private final Api api;
    private final String folder;
    private final String name;
    private final LongSupplier nanos;
    private final Duration every;
    private final Worker worker = new Worker("replica-progress", LONGEST_WAIT, this::look);
    private final ReentrantLock lock = new ReentrantLock();
    private final Sightings sightings = new Sightings();
    private boolean leads;
    private boolean known;
    private String mine = "";
    private int leftOut;

    /** Of this replica's own ConfigMap; for the worker's thread, and once that has ended. */
    private String written = "";

    private String uid = "";
    private long writtenNanos;
    private long beat;

    /**
     * @param namespace the control plane's
     * @param replica what tells it from the others, as in its pod's name
     * @param nanos a monotonic clock, {@code System::nanoTime}
     */
    public ReplicaProgress(
            KubernetesClient client, String namespace, String replica, LongSupplier nanos) {
        this(client, namespace, replica, nanos, EVERY);
    }

    ReplicaProgress(
            KubernetesClient client,
            String namespace,
            String replica,
            LongSupplier nanos,
            Duration every) {
        this.api = new Api(client);
        this.folder = "/api/v1/namespaces/" + namespace + "/configmaps";
        this.name = ConfigMapName.of(NAME_PREFIX, replica);
        this.nanos = nanos;
        this.every = every;
    }

    /** Begins as one that does not lead. */
    public void start() {
        worker.start();
    }

    /** From now on this replica reads what the others have, and takes its own ConfigMap away. */
    public void lead() {
        become(true);
    }

    /** From now on it tells the leader; waits a few seconds at most for a request under way. */
    public void follow() {
        become(false);
    }

    private void become(boolean leader) {
        worker.stop();
        lock.lock();
        try {
            leads = leader;
            known = false;
            mine = "";
        } finally {
            lock.unlock();
        }
        worker.start();
    }

    /**
     * What the leader is to know of this replica's proxies: objects that have any. False, and
     * nothing is done, while this replica leads.
     */
    public boolean publish(Map<ObjectKey, Entry> progress) {
        ProgressText text = ProgressText.of(progress);
        lock.lock();
        try {
            if (leads) {
                return false;
            }
            if (text.leftOut() > 0 && leftOut == 0) {
                LOG.warn(
                        "event=progress-cut left-out={} reason=\"more than {} bytes\"",
                        text.leftOut(),
                        ProgressText.MAX_BYTES);
            }
            leftOut = text.leftOut();
            mine = text.json();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the others have been asked since this replica leads, with whatever success. */
    public boolean known() {
        lock.lock();
        try {
            return known;
        } finally {
            lock.unlock();
        }
    }

    /** What each of the others that live said of an object. */
    public Map<ObjectKey, List<Entry>> others() {
        lock.lock();
        try {
            return sightings.fresh(nanos.getAsLong());
        } finally {
            lock.unlock();
        }
    }

    /** Moves whenever {@link #others} has changed; look at it before asking for those. */
    public long changes() {
        lock.lock();
        try {
            return sightings.changes(nanos.getAsLong());
        } finally {
            lock.unlock();
        }
    }

    /** Ends, and takes the own ConfigMap away if the API server answers within two seconds. */
    @Override
    public void close() {
        worker.close();
        if (uid.isEmpty()) {
            return;
        }
        try {
            delete(api.within(CLOSE_PATIENCE), name, uid);
        } catch (IOException away) {
            LOG.info("event=progress-not-removed reason=\"{}\"", away.getMessage());
        }
    }

    private Duration look(Worker.Turn turn) throws IOException {
        boolean leader;
        String json;
        lock.lock();
        try {
            leader = leads;
            json = mine;
        } finally {
            lock.unlock();
        }
        if (leader) {
            read(turn);
        } else if (!json.isEmpty()) {
            share(json);
        }
        return every;
    }

    private void share(String json) throws IOException {
        long now = nanos.getAsLong();
        if (json.equals(written) && now - writtenNanos < BEATS.toNanos()) {
            return;
        }
        ObjectNode map = new ObjectMapper().createObjectNode();
        map.put("apiVersion", "v1").put("kind", "ConfigMap");
        map.putObject("metadata")
                .put("name", name)
                .putObject("labels")
                .put(MANAGED, OURS)
                .put(LABEL, "true");
        map.putObject("data").put(BEAT, Long.toString(++beat)).put(PROGRESS, json);
        Reply reply = api.apply(folder + "/" + name, map);
        uid = metadata(reply.orThrow("write ConfigMap " + name), "uid");
        written = json;
        writtenNanos = now;
    }

    private void read(Worker.Turn turn) throws IOException {
        List<Sightings.Shared> litter = new ArrayList<>();
        List<Sightings.Shared> others = new ArrayList<>();
        try {
            for (Sightings.Shared shared : there()) {
                (shared.name().equals(name) ? litter : others).add(shared);
            }
            lock.lock();
            try {
                sightings.saw(others, nanos.getAsLong());
                litter.addAll(sightings.silent(nanos.getAsLong()));
            } finally {
                lock.unlock();
            }
        } finally {
            asked();
        }
        for (Sightings.Shared shared : litter) {
            if (turn.going()) {
                delete(api, shared.name(), shared.uid());
            }
        }
        uid = "";
        written = "";
    }

    private void asked() {
        lock.lock();
        try {
            known = true;
        } finally {
            lock.unlock();
        }
    }

    private List<Sightings.Shared> there() throws IOException {
        String selector = MANAGED + "=" + OURS + "," + LABEL + "=true";
        JsonNode list =
                api.get(
                                folder
                                        + "?limit="
                                        + MAX_REPLICAS
                                        + "&labelSelector="
                                        + URLEncoder.encode(selector, StandardCharsets.UTF_8))
                        .orThrow("list ConfigMaps " + NAME_PREFIX + "*");
        List<Sightings.Shared> there = new ArrayList<>();
        for (JsonNode map : list.path("items")) {
            String found = metadata(map, "name");
            if (found.startsWith(NAME_PREFIX)) {
                there.add(
                        new Sightings.Shared(
                                found,
                                metadata(map, "uid"),
                                map.path("data").path(BEAT).asText(""),
                                map.path("data").path(PROGRESS).asText("")));
            }
        }
        return there;
    }

    private static String metadata(JsonNode map, String field) {
        return map.path("metadata").path(field).asText("");
    }

    private void delete(Api by, String map, String itsUid) throws IOException {
        Reply reply = by.delete(folder + "/" + map, itsUid);
        if (reply.status() != Reply.NOT_FOUND && reply.status() != Reply.CONFLICT) {
            reply.orThrow("delete ConfigMap " + map);
        }
    }
}
