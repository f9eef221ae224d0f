package io.peakmesh.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.peakmesh.e2e.real.HttpCaller;
import io.peakmesh.e2e.real.Pod;
import io.peakmesh.e2e.real.Sidecar;
import io.peakmesh.e2e.real.Yaml;
import io.peakmesh.e2e.real.app.HttpApp;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What the authors of SMI objects are told: by admission, by status and by events, of two replicas
 * of which the first leads.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SmiStatusKubeE2e {
    private static final Duration PATIENCE = SmiObjects.PATIENCE;
    private static final int MANY = 1_000;
    private static final int WRITES_PER_SECOND = 20;
    private static final int BURST = 50;

    /** Admission is not asked here, as it was not before the mesh came. */
    private static final String UNASKED = "kube-system";

    private static final String TWICE = "{service: cart, weight: 1}, {service: cart, weight: 1}";

    @RegisterExtension static final Cluster CLUSTER = new Cluster();

    private static final SmiObjects SMI = new SmiObjects(CLUSTER);
    private static KubeMesh mesh;
    private static final List<Sidecar> CALLERS = new ArrayList<>();

    @BeforeAll
    static void start() {
        mesh = new KubeMesh(CLUSTER);
        mesh.startReplica(0);
        Awaitility.await("replica 0 leads").atMost(PATIENCE).until(() -> leads(0));
        mesh.startReplica(1);
        new ServedSmi(CLUSTER).await();
    }

    @AfterAll
    static void end() {
        mesh.close();
    }

    private static boolean leads(int replica) {
        return CLUSTER.kubectl(
                        "get",
                        "lease",
                        "-n",
                        KubeMesh.NAMESPACE,
                        "peakmesh-leader",
                        "-o",
                        "jsonpath={.spec.holderIdentity}")
                .out()
                .equals("peakmesh-" + replica);
    }

    private static String port(int number) {
        return Yaml.port("http", number, 8080);
    }

    @Test
    @Order(1)
    void admissionSaysWhatIsWrongAndWhatToDo() {
        Said refused =
                CLUSTER.tryApply(
                        Yaml.split(
                                "default",
                                "cart",
                                "{service: cart-1, weight: -1}, {service: cart-1, weight: 1}"));
        assertThat(refused.ok()).isFalse();
        assertThat(refused.err())
                .contains("denied the request")
                .contains("spec.backends[0].weight: ")
                .contains("spec.backends[1].service: is listed before: keep one");
        assertThat(CLUSTER.kubectl("get", "ts", "-n", "default", "-o", "name").out()).isEmpty();

        Said old =
                CLUSTER.tryApply(
                        """
                        apiVersion: access.smi-spec.io/v1alpha1
                        kind: TrafficTarget
                        metadata: {name: bad, namespace: default}
                        destination: {kind: ServiceAccount, name: cart, port: 70000}
                        sources: []
                        specs: []
                        """);
        assertThat(old.ok()).isFalse();
        assertThat(old.err()).contains("port: ");

        Said warned =
                CLUSTER.tryApply(
                        """
                        apiVersion: specs.smi-spec.io/v1alpha4
                        kind: HTTPRouteGroup
                        metadata: {name: empty, namespace: default}
                        spec: {matches: []}
                        """);
        assertThat(warned.ok()).isTrue();
        assertThat(warned.err())
                .contains("Warning: ")
                .contains("spec.matches: is empty, so this group allows nothing: add a match");
    }

    @Test
    @Order(2)
    void aStatusTellsHowManyProxiesHaveIt() throws IOException {
        Pod web = CLUSTER.pod("shop", "web-1", "web", 8080);
        new KubePod(CLUSTER, web).start();
        mesh.run(new HttpApp("web-1", KubeMesh.at(web, 8080)));
        Pod caller = CLUSTER.pod("shop", "caller", "caller").meshPort();
        KubePod callerPod = new KubePod(CLUSTER, caller).start();
        CLUSTER.apply(
                Yaml.service("shop", "cart", port(80)),
                Yaml.service("shop", "web", port(80)),
                Yaml.split("shop", "cart", Yaml.backend("web", 1)));
        SMI.await("shop", "cart", "Programmed", "True", "NoProxies");

        Sidecar sidecar = mesh.sidecar(callerPod);
        CALLERS.add(sidecar);
        sidecar.awaitReady();
        try (HttpCaller calls = HttpCaller.through(caller)) {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> calls.get("cart", "/"), HttpCaller.Answer::ok);
        }
        assertThat(SMI.await("shop", "cart", "Programmed", "True", "Programmed").message())
                .isEqualTo("1/1 proxies have it");
        assertThat(SMI.await("shop", "cart", "Accepted", "True", "Accepted").message())
                .isEqualTo("is in force");
        assertThat(CLUSTER.kubectl("get", "ts", "-n", "shop").out())
                .containsPattern("NAME +SERVICE +ACCEPTED +PROGRAMMED +AGE")
                .containsPattern("cart +cart +True +True");
    }

    @Test
    @Order(3)
    void anObjectThatWasBadBeforeWeCameIsToldSoAndItsLastGoodVersionStaysServed()
            throws IOException {
        Pod caller = CLUSTER.pod(UNASKED, "caller", "caller").meshPort();
        Pod web = CLUSTER.pod(UNASKED, "web-1", "web", 8080);
        KubePod callerPod = new KubePod(CLUSTER, caller).start();
        new KubePod(CLUSTER, web).start();
        mesh.run(new HttpApp("web-1", KubeMesh.at(web, 8080)));
        CLUSTER.apply(
                Yaml.service(UNASKED, "cart", port(80)),
                Yaml.service(UNASKED, "web", port(80)),
                Yaml.split(UNASKED, "cart", Yaml.backend("web", 1)),
                Yaml.split(UNASKED, "never", TWICE));
        SMI.await(UNASKED, "cart", "Accepted", "True", "Accepted");
        SMI.await(UNASKED, "never", "Accepted", "False", "Invalid");
        assertThat(SMI.await(UNASKED, "never", "Programmed", "False", "NotAccepted").message())
                .isEqualTo("this version is not accepted, and nothing of it is served");

        CLUSTER.apply(Yaml.split(UNASKED, "cart", TWICE));
        assertThat(SMI.await(UNASKED, "cart", "Accepted", "False", "Invalid").message())
                .contains("spec.backends[1].service: is listed before");
        assertThat(SMI.await(UNASKED, "cart", "Programmed", "False", "NotAccepted").message())
                .isEqualTo("this version is not accepted: the last good one stays served");
        mesh.sidecar(callerPod).awaitReady();
        try (HttpCaller calls = HttpCaller.through(caller)) {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> calls.get("cart", "/").app(), "web-1"::equals);
        }
        CLUSTER.apply(Yaml.split(UNASKED, "cart", Yaml.backend("web", 2)));
        SMI.await(UNASKED, "cart", "Accepted", "True", "Accepted");
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(SMI.events(UNASKED))
                                .containsEntry("TrafficSplit/never Invalid", 1)
                                .containsEntry("TrafficSplit/cart Invalid", 1)
                                .containsEntry("TrafficSplit/cart Accepted", 1));
    }

    private static final Map<String, Integer> TOLD =
            Map.of(
                    "TrafficSplit/missing MissingBackend", 1,
                    "TrafficSplit/ports PortMismatch", 1,
                    "TrafficSplit/second Conflict", 1,
                    "TrafficSplit/rootless DanglingReference", 1,
                    "TrafficTarget/dangles DanglingReference", 1);

    @Test
    @Order(4)
    void whatTheSpecificationWantsToldIsToldOnce() {
        CLUSTER.apply(
                Yaml.namespace("told", "permissive", "allow"),
                Yaml.service("told", "cart", port(80)),
                Yaml.service("told", "cart-m", port(80)),
                Yaml.service("told", "cart-p", port(80)),
                Yaml.service("told", "leaf", port(80)),
                Yaml.service("told", "other", port(81)));
        Awaitility.await("the services are known")
                .atMost(PATIENCE)
                .until(() ->
                        CLUSTER.client()
                                        .discovery()
                                        .v1()
                                        .endpointSlices()
                                        .inNamespace("told")
                                        .list()
                                        .getItems()
                                        .size()
                                == 5);
        CLUSTER.apply(
                named(
                        "missing",
                        "cart-m",
                        "{service: leaf, weight: 1}, {service: gone, weight: 1}"),
                named("ports", "cart-p", "{service: leaf, weight: 1}, {service: other, weight: 1}"),
                named("first", "cart", Yaml.backend("leaf", 1)),
                named("rootless", "nowhere", Yaml.backend("leaf", 1)),
                Yaml.target("told", "web", "cart", "HTTPRouteGroup", "absent")
                        .replace("web-to-cart-absent", "dangles"));
        SMI.await("told", "first", "Accepted", "True", "Accepted");
        CLUSTER.apply(named("second", "cart", Yaml.backend("leaf", 1)));
        SMI.await("told", "second", "Accepted", "True", "Conflict");
        SMI.await("told", "missing", "Accepted", "True", "MissingBackend");
        SMI.await("told", "ports", "Accepted", "True", "PortMismatch");
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(SMI.events("told")).isEqualTo(TOLD));
    }

    private static String named(String name, String root, String backends) {
        return Yaml.split("told", root, backends).replaceFirst("name: [a-z-]+", "name: " + name);
    }

    private static void create(String split) {
        CLUSTER.client()
                .raw(SmiObjects.splits("many"), "POST", Serialization.unmarshal(split, Map.class));
    }

    /** Counts the writes of statuses that a watch sees. */
    private static final class Writes implements Watcher<GenericKubernetesResource> {
        private final AtomicInteger count = new AtomicInteger();
        private final Set<String> objects = Collections.synchronizedSet(new HashSet<>());
        private final Watch watch =
                CLUSTER.client()
                        .genericKubernetesResources(
                                new ResourceDefinitionContext.Builder()
                                        .withGroup("split.smi-spec.io")
                                        .withVersion("v1alpha4")
                                        .withKind("TrafficSplit")
                                        .withPlural("trafficsplits")
                                        .withNamespaced(true)
                                        .build())
                        .inNamespace("many")
                        .watch(this);

        @Override
        public void eventReceived(Action action, GenericKubernetesResource object) {
            if (action == Action.MODIFIED) {
                count.incrementAndGet();
                objects.add(object.getMetadata().getName());
            }
        }

        @Override
        public void onClose(WatcherException cause) {}
    }

    @Test
    @Order(5)
    void aThousandSplitsThatChangeAtOnceDoNotMeltTheApiServer() {
        CLUSTER.apply(
                Yaml.namespace("many", "permissive", "allow"),
                Yaml.service("many", "leaf", port(80)),
                Yaml.service("many", "root", port(80)));
        Writes writes = new Writes();
        long began = System.nanoTime();
        for (int i = 0; i < MANY; i++) {
            create(
                    Yaml.split("many", "root", Yaml.backend("leaf", 1))
                            .replaceFirst("name: root", "name: root-" + i));
        }
        double created = seconds(began);
        // All of them lose their root at once, most of them before they ever had a status.
        CLUSTER.kubectl("delete", "service", "-n", "many", "root").orThrow();
        List<Double> answers = new ArrayList<>();
        Awaitility.await("all statuses are right")
                .atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofMillis(250))
                .until(() -> {
                    long asked = System.nanoTime();
                    SMI.get("/api/v1/namespaces/many");
                    answers.add(seconds(asked) * 1_000);
                    // A list of a thousand is no small question.
                    return answers.size() % 8 == 0 && allRight();
                });
        double took = seconds(began);
        writes.watch.close();
        Collections.sort(answers);
        System.out.printf(
                "a thousand splits: created in %.1f s, all statuses right after %.1f s; %d status"
                        + " writes, %.1f/s; API server answers in %.1f ms (median), %.1f ms (worst"
                        + " of %d)%n",
                created,
                took,
                writes.count.get(),
                writes.count.get() / took,
                answers.get(answers.size() / 2),
                answers.getLast(),
                answers.size());
        assertThat(writes.objects).hasSize(MANY);
        assertThat(writes.count.get())
                .isLessThanOrEqualTo(2 * MANY)
                .isLessThanOrEqualTo((int) (BURST + WRITES_PER_SECOND * (took + 1)));
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private static boolean allRight() {
        int right = 0;
        for (JsonNode split : SMI.get(SmiObjects.splits("many")).path("items")) {
            SmiObjects.Says says = SmiObjects.condition(split, "Accepted");
            right += says.current() && says.reason().equals("DanglingReference") ? 1 : 0;
        }
        return right == MANY;
    }

    private static Sidecar callerAt(int replica) throws IOException {
        String name = "caller-" + replica;
        Pod caller = CLUSTER.pod("both", name, name).meshPort();
        Sidecar sidecar = mesh.sidecar(new KubePod(CLUSTER, caller).start(), KubeMesh.xds(replica));
        sidecar.awaitReady();
        try (HttpCaller calls = HttpCaller.through(caller)) {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> calls.get("cart", "/"), HttpCaller.Answer::ok);
        }
        return sidecar;
    }

    private static void awaitProgrammed(String message) {
        Awaitility.await(message)
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(SMI.await("both", "cart", "Programmed", "True", "Programmed"))
                                .extracting(SmiObjects.Says::message)
                                .isEqualTo(message));
    }

    private static List<String> progressMaps() {
        return CLUSTER.kubectl("get", "configmap", "-n", KubeMesh.NAMESPACE, "-o", "name")
                .out()
                .lines()
                .filter(name -> name.contains("peakmesh-progress-"))
                .toList();
    }

    @Test
    @Order(6)
    void theProxiesOfTheOtherReplicaCountToo() throws IOException {
        Pod web = CLUSTER.pod("both", "web-1", "web", 8080);
        new KubePod(CLUSTER, web).start();
        mesh.run(new HttpApp("web-1", KubeMesh.at(web, 8080)));
        CLUSTER.apply(
                Yaml.service("both", "cart", port(80)),
                Yaml.service("both", "web", port(80)),
                Yaml.split("both", "cart", Yaml.backend("web", 1)));
        callerAt(0);
        Sidecar other = callerAt(1);
        awaitProgrammed("2/2 proxies have it");
        assertThat(progressMaps()).containsExactly("configmap/peakmesh-progress-peakmesh-1");

        CLUSTER.apply(Yaml.split("both", "cart", Yaml.backend("web", 2)));
        awaitProgrammed("2/2 proxies have it");
        other.close();
        awaitProgrammed("1/1 proxies have it");
    }

    @Test
    @Order(7)
    void theNextLeaderRepeatsNothingAndItsProxiesKeepWhatTheyHave() {
        Awaitility.await("both replicas answer")
                .atMost(PATIENCE)
                .until(() ->
                        mesh.replica(0)
                                .get("/endpoints")
                                .equals(mesh.replica(1).get("/endpoints")));
        Map<String, String> told = SMI.versions("told");
        Map<String, String> many = SMI.versions("many");
        Map<String, Integer> events = SMI.events("told");

        Map<String, String> held = held();
        assertThat(held.keySet().toString()).contains("svc|shop/web|80", "outbound");

        mesh.replica(0).kill();
        Awaitility.await("replica 1 leads").atMost(PATIENCE).until(() -> leads(1));
        Awaitility.await("the sidecar is at replica 1")
                .atMost(PATIENCE)
                .until(() -> CALLERS.getFirst().admin().connected());

        for (int i = 0; i < 5; i++) {
            Awaitility.await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
            assertThat(SMI.versions("told")).isEqualTo(told);
            assertThat(SMI.versions("many")).isEqualTo(many);
            assertThat(SMI.events("told")).isEqualTo(events);
        }
        // The other replica had the same to say to the proxy, in the same versions.
        assertThat(held()).isEqualTo(held);
        // It does lead: what is new is told.
        CLUSTER.apply(Yaml.service("told", "gone", port(80)));
        SMI.await("told", "missing", "Accepted", "True", "Accepted");
        SMI.await("shop", "cart", "Programmed", "True", "Programmed");
        Awaitility.await("a leader has no ConfigMap to tell another by")
                .atMost(PATIENCE)
                .until(() -> progressMaps().isEmpty());
    }

    /** The version of each resource that the sidecar holds, and when it came; but for secrets. */
    private static Map<String, String> held() {
        Map<String, String> held = new TreeMap<>();
        for (JsonNode part :
                SmiObjects.tree(CALLERS.getFirst().admin().configDump()).path("configs")) {
            if (!part.path("@type").asText().contains("Secret")) {
                part.forEach(child -> collect(child, held));
            }
        }
        return held;
    }

    private static void collect(JsonNode node, Map<String, String> held) {
        if (!node.path("version_info").asText().isEmpty()) {
            held.put(
                    node.findPath("name").asText()
                            + " "
                            + node.properties().stream().map(Map.Entry::getKey).toList(),
                    node.path("version_info").asText() + " " + node.path("last_updated").asText());
            return;
        }
        node.forEach(child -> collect(child, held));
    }
}
