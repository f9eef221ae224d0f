package io.peakmesh.kube.roots;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.peakmesh.kube.connect.Api;
import io.peakmesh.kube.connect.Pace;
import io.peakmesh.kube.connect.Reply;
import io.peakmesh.kube.connect.Worker;
import java.io.Closeable;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the ConfigMap {@value #NAME}, key {@value #KEY}, in the namespaces that need it and in the
 * control plane's own, and takes away those of ours (by label) that no namespace needs any more.
 * Looks when what is wanted changes and every five minutes; only the leader starts it.
 */
public final class RootsPublisher implements Closeable {
    public static final String NAME = "peakmesh-roots";
    public static final String KEY = "roots.pem";

    private static final String LABEL = "app.kubernetes.io/managed-by";
    private static final String OURS = "peakmesh";
    private static final int PAGE = 200;
    private static final int PER_SECOND = 20;
    private static final int BURST = 50;
    private static final Duration LOOK = Duration.ofMinutes(5);
    private static final Logger LOG = LoggerFactory.getLogger(RootsPublisher.class);

    private final Api api;
    private final InstantSource time;
    private final String own;
    private final Pace pace = new Pace(PER_SECOND, BURST);
    private volatile Optional<Wanted> wanted = Optional.empty();
    private final Worker worker = new Worker("roots-publisher", this::look);

    /**
     * @param all whether no other namespace needs it
     */
    private record Wanted(String pem, Set<String> namespaces, boolean all) {}

    /** A ConfigMap of ours that is there. */
    private record There(String pem, String uid) {}

    /**
     * @param ownNamespace the control plane's, which always has the bundle
     */
    public RootsPublisher(KubernetesClient client, InstantSource time, String ownNamespace) {
        this.api = new Api(client);
        this.time = time;
        this.own = ownNamespace;
    }

    /**
     * From now on the control plane's namespace and those that have a bundle have this one: for a
     * control plane that does not know yet which ones need it. A ConfigMap that was gone for a
     * moment would keep pods from starting.
     */
    public void publish(String pem) {
        want(new Wanted(pem, new TreeSet<>(Set.of(own)), false));
    }

    /** From now on these namespaces have this bundle; nothing is done before the first call. */
    public void publish(String pem, Set<String> namespaces) {
        TreeSet<String> all = new TreeSet<>(namespaces);
        all.add(own);
        want(new Wanted(pem, all, true));
    }

    private void want(Wanted these) {
        Optional<Wanted> next = Optional.of(these);
        if (!next.equals(wanted)) {
            wanted = next;
            worker.wake();
        }
    }

    public void start() {
        worker.start();
    }

    public void stop() {
        worker.stop();
    }

    @Override
    public void close() {
        worker.close();
    }

    private Duration look(Worker.Turn turn) throws IOException {
        Optional<Wanted> now = wanted;
        if (now.isEmpty()) {
            return LOOK;
        }
        Map<String, There> there = there();
        int written = 0;
        Set<String> namespaces = new TreeSet<>(now.get().namespaces());
        if (!now.get().all()) {
            namespaces.addAll(there.keySet());
        }
        for (String namespace : namespaces) {
            There found = there.remove(namespace);
            if (found == null || !found.pem().equals(now.get().pem())) {
                if (!paced(turn)) {
                    return LOOK;
                }
                written += write(namespace, now.get().pem()) ? 1 : 0;
            }
        }
        int removed = 0;
        for (Map.Entry<String, There> stale : there.entrySet()) {
            if (!paced(turn)) {
                return LOOK;
            }
            remove(stale.getKey(), stale.getValue().uid());
            removed++;
        }
        if (written + removed > 0) {
            LOG.info("event=roots-published written={} removed={}", written, removed);
        }
        return LOOK;
    }

    /** All of ours by namespace; the field selector is what lets RBAC allow this one name only. */
    private Map<String, There> there() throws IOException {
        Map<String, There> there = new TreeMap<>();
        String list =
                "/api/v1/configmaps?limit="
                        + PAGE
                        + "&fieldSelector=metadata.name%3D"
                        + NAME
                        + "&labelSelector="
                        + URLEncoder.encode(LABEL + "=" + OURS, StandardCharsets.UTF_8);
        String next = "";
        do {
            JsonNode page = api.get(list + next).orThrow("list ConfigMaps " + NAME);
            for (JsonNode map : page.path("items")) {
                JsonNode metadata = map.path("metadata");
                there.put(
                        metadata.path("namespace").asText(""),
                        new There(
                                map.path("data").path(KEY).asText(""),
                                metadata.path("uid").asText("")));
            }
            String more = page.path("metadata").path("continue").asText("");
            next =
                    more.isEmpty()
                            ? ""
                            : "&continue=" + URLEncoder.encode(more, StandardCharsets.UTF_8);
        } while (!next.isEmpty());
        return there;
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

    /** False if the namespace is not there, or not for long. */
    private boolean write(String namespace, String pem) throws IOException {
        ObjectNode map =
                new ObjectMapper()
                        .createObjectNode()
                        .put("apiVersion", "v1")
                        .put("kind", "ConfigMap");
        map.putObject("metadata")
                .put("name", NAME)
                .put("namespace", namespace)
                .putObject("labels")
                .put(LABEL, OURS);
        map.putObject("data").put(KEY, pem);
        Reply reply = api.apply(path(namespace), map);
        if (reply.status() == Reply.NOT_FOUND
                || reply.message().contains("because it is being terminated")) {
            return false;
        }
        reply.orThrow("write ConfigMap " + namespace + "/" + NAME);
        return true;
    }

    private void remove(String namespace, String uid) throws IOException {
        Reply reply = api.delete(path(namespace), uid);
        if (reply.status() != Reply.NOT_FOUND && reply.status() != Reply.CONFLICT) {
            reply.orThrow("delete ConfigMap " + namespace + "/" + NAME);
        }
    }

    private static String path(String namespace) {
        return "/api/v1/namespaces/" + namespace + "/configmaps/" + NAME;
    }
}
