package io.peakmesh.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.peakmesh.smi.convert.RandomSmi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every version of every SMI kind goes through the newest, as which it is stored, and comes back
 * without loss, on a real API server. A failure names its seed; {@code -Dpeakmesh.seed=<seed>} runs
 * that one alone.
 */
class RoundTripKubeE2e {
    private static final int SEEDS = 4;
    private static final int OBJECTS_EACH = 100;
    private static final int CONFLICT = 409;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Admission looks at no object here, so that objects with mistakes go through conversion. */
    private static final String UNASKED = "kube-system";

    @RegisterExtension static final Cluster CLUSTER = new Cluster();

    private static KubeMesh mesh;

    @BeforeAll
    static void start() {
        mesh = new KubeMesh(CLUSTER);
        mesh.startControlPlane();
        new ServedSmi(CLUSTER).await();
    }

    @AfterAll
    static void end() {
        mesh.close();
    }

    static LongStream seeds() {
        Long one = Long.getLong("peakmesh.seed");
        return one == null ? LongStream.rangeClosed(1, SEEDS) : LongStream.of(one);
    }

    private static String plural(String kind) {
        return kind.toLowerCase(Locale.ROOT) + "s";
    }

    private static String folder(String kind, String version) {
        return "/apis/%s/%s/namespaces/%s/%s"
                .formatted(RandomSmi.group(kind), version, UNASKED, plural(kind));
    }

    private static JsonNode ask(String path, String method, @Nullable Object body) {
        return tree(CLUSTER.client().raw(path, method, body));
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What its author wrote: the server's own fields, status and version do not count. */
    private static JsonNode intent(JsonNode object) {
        ObjectNode intent = object.deepCopy();
        intent.remove("status");
        intent.remove("apiVersion");
        JsonNode metadata = object.path("metadata");
        ObjectNode own = intent.putObject("metadata");
        own.set("name", metadata.path("name"));
        for (String part : List.of("labels", "annotations")) {
            if (!metadata.path(part).isEmpty()) {
                own.set(part, metadata.path(part));
            }
        }
        return intent;
    }

    /** Random objects as they were sent, by name. */
    private static Map<String, JsonNode> random(long seed) {
        Random random = new Random(seed);
        RandomSmi objects = new RandomSmi(random);
        Map<String, JsonNode> sent = new TreeMap<>();
        for (int i = 0; i < OBJECTS_EACH; i++) {
            ObjectNode object = JSON.valueToTree(objects.next());
            String name = "seed-%d-%d".formatted(seed, i);
            object.withObjectProperty("metadata").put("name", name).put("namespace", UNASKED);
            sent.put(name, object);
        }
        return sent;
    }

    private static String kind(JsonNode object) {
        return object.path("kind").asText();
    }

    private static String version(JsonNode object) {
        String apiVersion = object.path("apiVersion").asText();
        return apiVersion.substring(apiVersion.indexOf('/') + 1);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void randomObjectsComeBackFromEveryVersionAsTheyWere(long seed) {
        long began = System.nanoTime();
        Map<String, JsonNode> sent = random(seed);
        List<Seen> watches = new ArrayList<>();
        for (String kind : RandomSmi.KINDS) {
            watches.add(new Seen(kind, RandomSmi.versions(kind).getFirst()));
        }
        sent.forEach((name, object) -> create(seed, name, object));
        compare(seed, "created", sent);

        // By another version, and by what stands there then.
        Random random = new Random(seed);
        Map<String, JsonNode> edited = new TreeMap<>();
        sent.forEach((name, object) -> {
            List<String> versions = RandomSmi.versions(kind(object));
            edit(seed, name, kind(object), versions.get(random.nextInt(versions.size())));
            ObjectNode expected = object.deepCopy();
            edit(expected);
            edited.put(name, expected);
        });
        compare(seed, "edited", edited);
        watches.forEach(watch -> watch.agrees(seed, sent.keySet()));
        watches.forEach(Seen::close);
        clean();
        System.out.printf(
                "round trip: seed %d, %d objects in every version, created and edited, %d ms%n",
                seed, sent.size(), (System.nanoTime() - began) / 1_000_000);
    }

    private static void create(long seed, String name, JsonNode object) {
        try {
            ask(folder(kind(object), version(object)), "POST", object);
        } catch (KubernetesClientException refused) {
            throw new AssertionError("seed " + seed + ": not created: " + object, refused);
        }
        JsonNode read = ask(folder(kind(object), version(object)) + "/" + name, "GET", null);
        assertThat(intent(read)).as("seed %d: %s", seed, object).isEqualTo(intent(object));
    }

    /**
     * Lists all objects in each version. In its own each is what it was; in another it is what it
     * was when it is sent back.
     */
    private static void compare(long seed, String when, Map<String, JsonNode> expected) {
        int compared = 0;
        for (String kind : RandomSmi.KINDS) {
            for (String version : RandomSmi.versions(kind)) {
                for (JsonNode item : ask(folder(kind, version), "GET", null).path("items")) {
                    JsonNode own = expected.get(item.at("/metadata/name").asText());
                    if (own == null) {
                        continue;
                    }
                    assertThat(version(item)).isEqualTo(version);
                    if (version.equals(version(own))) {
                        assertThat(intent(item))
                                .as("seed %d, %s: %s", seed, when, own)
                                .isEqualTo(intent(own));
                        compared++;
                    }
                }
            }
        }
        assertThat(compared).isEqualTo(expected.size());
    }

    /** A small edit in the words of any version; only the label where there is no such field. */
    private static void edit(ObjectNode object) {
        object.withObjectProperty("metadata").withObjectProperty("labels").put("edited", "yes");
        for (JsonNode place : List.of(object, object.path("spec"))) {
            if (place.path("destination") instanceof ObjectNode destination) {
                destination.put("name", "edited");
            }
            for (JsonNode match : place.path("matches")) {
                if (kind(object).equals("HTTPRouteGroup") && match instanceof ObjectNode fields) {
                    fields.put("pathRegex", "/edited");
                }
            }
        }
        if (kind(object).equals("TrafficSplit") && object.path("spec") instanceof ObjectNode spec) {
            spec.put("service", "edited");
        }
    }

    private static void edit(long seed, String name, String kind, String version) {
        String path = folder(kind, version) + "/" + name;
        while (true) {
            ObjectNode object = (ObjectNode) ask(path, "GET", null);
            edit(object);
            try {
                ask(path, "PUT", object);
                return;
            } catch (KubernetesClientException refused) {
                // A status was written meanwhile.
                if (refused.getCode() != CONFLICT) {
                    throw new AssertionError("seed " + seed + ": not edited: " + object, refused);
                }
            }
        }
    }

    private static void clean() {
        for (String kind : RandomSmi.KINDS) {
            ask(folder(kind, "v1alpha4"), "DELETE", null);
        }
    }

    /** What a watch in one version said last of each object. */
    private static final class Seen implements Watcher<GenericKubernetesResource> {
        private final String kind;
        private final String version;
        private final Map<String, JsonNode> newest = new ConcurrentHashMap<>();
        private final Watch watch;

        Seen(String kind, String version) {
            this.kind = kind;
            this.version = version;
            this.watch =
                    CLUSTER.client()
                            .genericKubernetesResources(
                                    new ResourceDefinitionContext.Builder()
                                            .withGroup(RandomSmi.group(kind))
                                            .withVersion(version)
                                            .withKind(kind)
                                            .withPlural(plural(kind))
                                            .withNamespaced(true)
                                            .build())
                            .inNamespace(UNASKED)
                            .watch(this);
        }

        @Override
        public void eventReceived(Action action, GenericKubernetesResource object) {
            newest.put(object.getMetadata().getName(), JSON.valueToTree(object));
        }

        @Override
        public void onClose(WatcherException cause) {
            newest.clear();
        }

        /** Waits until it has said what a list in its version says. */
        void agrees(long seed, java.util.Set<String> names) {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .untilAsserted(() -> {
                        for (JsonNode item :
                                ask(folder(kind, version), "GET", null).path("items")) {
                            String name = item.at("/metadata/name").asText();
                            if (names.contains(name)) {
                                assertThat(newest).containsKey(name);
                                assertThat(intent(newest.getOrDefault(name, item)))
                                        .as("seed %d, watch of %s %s", seed, version, kind)
                                        .isEqualTo(intent(item));
                            }
                        }
                    });
        }

        void close() {
            watch.close();
        }
    }

    private static JsonNode read(String kind, String version, String group, String name) {
        return tree(
                CLUSTER.kubectl(
                                "get",
                                kind + "." + version + "." + group,
                                name,
                                "-n",
                                "default",
                                "-o",
                                "json")
                        .orThrow()
                        .out());
    }

    /** What the suite, the specification's example and Linkerd's adaptor have, by kubectl. */
    @Test
    void whatKubectlAppliesInAnOldVersionIsReadThereAsItWasWritten() {
        CLUSTER.apply(
                """
                apiVersion: split.smi-spec.io/v1alpha1
                kind: TrafficSplit
                metadata: {name: halves, namespace: default}
                spec:
                  service: cart
                  backends: [{service: cart-1, weight: 500m}, {service: cart-2, weight: 1}]
                """,
                """
                apiVersion: specs.smi-spec.io/v1alpha4
                kind: HTTPRouteGroup
                metadata: {name: top, namespace: default}
                matches: [{name: a, pathRegex: /a, methods: [GET], headers: [{x-user: b.*}]}]
                """,
                """
                apiVersion: access.smi-spec.io/v1alpha2
                kind: TrafficTarget
                metadata: {name: text, namespace: default}
                spec:
                  destination: {kind: ServiceAccount, name: cart, port: "9091"}
                  sources: [{kind: ServiceAccount, name: web}]
                  rules: [{kind: HTTPRouteGroup, name: top}]
                """);
        String split = "split.smi-spec.io";
        assertThat(read("trafficsplits", "v1alpha1", split, "halves").at("/spec/backends"))
                .hasToString(
                        "[{\"service\":\"cart-1\",\"weight\":\"500m\"},"
                                + "{\"service\":\"cart-2\",\"weight\":1}]");
        assertThat(read("trafficsplits", "v1alpha4", split, "halves").at("/spec/backends"))
                .hasToString(
                        "[{\"service\":\"cart-1\",\"weight\":5},"
                                + "{\"service\":\"cart-2\",\"weight\":10}]");
        for (String version : RandomSmi.versions("HTTPRouteGroup")) {
            assertThat(
                            read("httproutegroups", version, "specs.smi-spec.io", "top")
                                    .at("/matches/0/pathRegex")
                                    .asText())
                    .as(version)
                    .isEqualTo("/a");
        }
        String access = "access.smi-spec.io";
        assertThat(
                        read("traffictargets", "v1alpha1", access, "text")
                                .at("/destination/port")
                                .toString())
                .isEqualTo("\"9091\"");
        assertThat(
                        read("traffictargets", "v1alpha2", access, "text")
                                .at("/spec/destination/port")
                                .toString())
                .isEqualTo("\"9091\"");
        assertThat(read("traffictargets", "v1alpha4", access, "text").at("/spec/destination"))
                .doesNotContain(JSON.valueToTree("9091"));
        // Applied again it is unchanged, although it is stored as something else.
        Said again =
                CLUSTER.apply(
                        """
                        apiVersion: split.smi-spec.io/v1alpha1
                        kind: TrafficSplit
                        metadata: {name: halves, namespace: default}
                        spec:
                          service: cart
                          backends: [{service: cart-1, weight: 500m}, {service: cart-2, weight: 1}]
                        """);
        assertThat(again.out()).contains("unchanged");
    }
}
