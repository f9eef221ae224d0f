package io.peakmesh.e2e.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.peakmesh.e2e.kubernetes.Said;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code ./mesh downtime} runs. A highly available control plane on two nodes is rolled,
 * killed, drained, taken away and upgraded to a next version, while the sample shop is at work: no
 * request is lost, no proxy is started again, and {@code mesh check} is content afterwards.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class Downtime {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration LOOK = Duration.ofMillis(300);
    private static final String MESH = InstalledMesh.NAMESPACE;
    private static final String SHOP = "shop";
    private static final List<String> APPS = List.of("web", "catalog", "cart", "ledger");

    private static final String OTHERS_TOO = "(?s).*shop/(web|catalog|cart|ledger).*";

    private static final DowntimeReport REPORT = new DowntimeReport();

    @RegisterExtension static final RealCluster CLUSTER = new RealCluster();
    @TempDir static Path folder;
    private static InstalledMesh mesh;
    private static ThreeReplicas replicas;

    private Map<String, Integer> proxiesBefore = Map.of();
    private int secondBefore;

    @BeforeAll
    static void install() {
        CLUSTER.node2();
        mesh = InstalledMesh.in(CLUSTER).install("--ha");
        replicas = new ThreeReplicas(CLUSTER, mesh);
        mesh.meshedNamespace(SHOP, "privileged");
        CLUSTER.apply(shop());
        APPS.forEach(app -> CLUSTER.apply(budget(app)));
        mesh.awaitShop(SHOP);
        awaitGreen();
    }

    @AfterAll
    static void report() throws IOException {
        REPORT.write();
    }

    /** The generator stays where no drain comes by, and leaves CPU time to all that starts. */
    private static String shop() {
        return InstalledMesh.sample("shop.yaml", SHOP)
                .replace("--rate=20", "--rate=10")
                .replace(
                        "serviceAccountName: load",
                        """
                        serviceAccountName: load
                              nodeSelector: {kubernetes.io/hostname: node1}\
                        """);
    }

    private static String budget(String app) {
        return """
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: %s, namespace: %s}
        spec: {maxUnavailable: 1, selector: {matchLabels: {app: %s}}}
        """
                .formatted(app, SHOP, app);
    }

    @BeforeEach
    void remember() {
        Load begun = awaitLoad(() -> mesh.load(SHOP, 0), load -> load.lastSecond() > 0);
        secondBefore = begun.lastSecond();
        proxiesBefore = proxies();
    }

    /** Five more seconds of load see what comes late. */
    @AfterEach
    void nothingWasLost(TestInfo test) {
        awaitGreen();
        int until = mesh.load(SHOP, 0).lastSecond() + 5;
        Load load =
                awaitLoad(() -> mesh.load(SHOP, secondBefore), seen -> seen.lastSecond() >= until);
        REPORT.say(
                "%s: %d requests in %d s, %d failed %s"
                        .formatted(
                                test.getDisplayName(),
                                load.requests(),
                                load.lastSecond() - secondBefore,
                                load.failed(),
                                load.failures()));
        assertThat(load.requests()).isPositive();
        assertThat(load.failures()).isEmpty();
        Map<String, Integer> after = proxies();
        assertThat(after.values()).as("starts again of proxies: " + after).containsOnly(0);
    }

    private static Load awaitLoad(Callable<Load> asked, Predicate<Load> enough) {
        return Awaitility.await("the shop's load")
                .atMost(PATIENCE)
                .pollInterval(LOOK)
                .until(asked, enough);
    }

    /** No bad mark, and no warning but of two nodes for three replicas. */
    private static void awaitGreen() {
        Awaitility.await("mesh check is content")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> {
                    Said said = mesh.mesh("check", "-o", "short", "--wait", "30s");
                    assertThat(said.ok()).as(said.out() + said.err()).isTrue();
                    assertThat(said.out().lines())
                            .filteredOn(line -> line.contains("‼") || line.contains("×"))
                            .allMatch(line -> line.contains("replicas are on different nodes"));
                });
    }

    /** Pod and its UID → how often its proxy was started again. */
    private static Map<String, Integer> proxies() {
        Map<String, Integer> starts = new TreeMap<>();
        for (Pod pod : CLUSTER.pods(SHOP, "app")) {
            Stream.concat(
                            pod.getStatus().getInitContainerStatuses().stream(),
                            pod.getStatus().getContainerStatuses().stream())
                    .filter(container -> container.getName().equals("peakmesh-proxy"))
                    .forEach(container ->
                            starts.put(
                                    pod.getMetadata().getName() + "/" + pod.getMetadata().getUid(),
                                    container.getRestartCount()));
        }
        return starts;
    }

    private void noPodWasReplaced() {
        assertThat(proxies()).containsExactlyEntriesOf(proxiesBefore);
    }

    private static String late(String name, int replicas) {
        return """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %s, namespace: %s}
        spec:
          replicas: %d
          selector: {matchLabels: {late: %s}}
          template:
            metadata: {labels: {late: %s}}
            spec:
              terminationGracePeriodSeconds: 1
              containers:
              - {name: app, image: %s, imagePullPolicy: Never}
        """
                .formatted(name, SHOP, replicas, name, name, RealCluster.APP_IMAGE);
    }

    /** All but the generator, which is the one who counts. */
    private static void restartApps() {
        for (String app : List.of("web", "catalog-v1", "catalog-v2", "cart", "ledger")) {
            CLUSTER.kubectl("-n", SHOP, "rollout", "restart", "deployment/" + app).orThrow();
        }
        mesh.awaitShop(SHOP);
    }

    private static void remove(String deployment) {
        CLUSTER.kubectl("-n", SHOP, "delete", "deployment", deployment, "--wait").orThrow();
        CLUSTER.awaitReady(SHOP, "late=" + deployment, 0);
    }

    private static boolean injected(Pod pod) {
        return pod.getMetadata().getAnnotations().containsKey("peakmesh.io/proxy-version");
    }

    @Test
    @Order(1)
    void podsAreMadeAndRequestsAnsweredWhileTheControlPlaneIsRolled() {
        CLUSTER.kubectl("-n", MESH, "rollout", "restart", "deployment/peakmesh").orThrow();
        List<String> refused = new ArrayList<>();
        int made = 0;
        while (replicas.rolling()) {
            Said said = CLUSTER.tryApply(single("rolled-" + made++));
            if (!said.ok()) {
                refused.add(said.err());
            }
        }
        replicas.await();
        List<Pod> pods = CLUSTER.pods(SHOP, "late=single");
        long without = pods.stream().filter(pod -> !injected(pod)).count();
        REPORT.say(
                "while rolled: %d pods made, %d refused %s, %d without a proxy"
                        .formatted(made, refused.size(), refused, without));
        CLUSTER.kubectl("-n", SHOP, "delete", "pod", "-l", "late=single").orThrow();
        assertThat(refused).isEmpty();
        assertThat(without).isZero();
        noPodWasReplaced();
    }

    /** Not to run: the question is what admission says of it. */
    private static String single(String name) {
        return """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, namespace: %s, labels: {late: single}}
        spec:
          nodeSelector: {kubernetes.io/hostname: nowhere}
          terminationGracePeriodSeconds: 0
          containers:
          - {name: app, image: %s, imagePullPolicy: Never}
        """
                .formatted(name, SHOP, RealCluster.APP_IMAGE);
    }

    @Test
    @Order(2)
    void replicasAndTheLeaderMayBeKilled() {
        String leader = replicas.awaitLeader("");
        replicas.forceDelete(replicas.besides(leader));
        replicas.await();

        String crashed = replicas.besides(leader);
        replicas.kill(crashed);
        Awaitility.await(crashed + " is started again")
                .atMost(PATIENCE)
                .pollInterval(LOOK)
                .until(() -> replicas.restarts(crashed) == 1);
        replicas.await();

        String first = replicas.awaitLeader("");
        replicas.forceDelete(first);
        REPORT.say("after %s leads %s".formatted(first, replicas.awaitLeader(first)));
        replicas.await();
        noPodWasReplaced();
    }

    @Test
    @Order(3)
    void aNodeIsDrainedWithinTheBudgets() {
        restartApps();
        long apps = CLUSTER.podsOn("node2", SHOP, "app");
        long moved = CLUSTER.podsOn("node2", MESH, ThreeReplicas.SELECTOR);
        assertThat(apps).isPositive();
        assertThat(moved).isPositive();

        Said said =
                CLUSTER.kubectl(
                                "drain",
                                "node2",
                                "--ignore-daemonsets",
                                "--delete-emptydir-data",
                                "--timeout=240s")
                        .orThrow();
        REPORT.say(
                "drained %d shop pods and %d replicas; %d evictions were put off"
                        .formatted(
                                apps,
                                moved,
                                said.err()
                                        .lines()
                                        .filter(line -> line.contains("will retry"))
                                        .count()));
        replicas.await();
        mesh.awaitShop(SHOP);
        assertThat(CLUSTER.podsOn("node2", SHOP, "app")).isZero();
        assertThat(CLUSTER.podsOn("node2", MESH, ThreeReplicas.SELECTOR)).isZero();
        CLUSTER.kubectl("uncordon", "node2").orThrow();
    }

    @Test
    @Order(4)
    void withoutAnyReplicaPodsWaitUntilOneIsBackAndTheOthersGoOn() {
        replicas.scale(0);
        CLUSTER.apply(late("waits", 1));
        Said said = CLUSTER.tryApply(single("refused"));
        REPORT.say("with Fail: %s".formatted(said.err().strip()));
        assertThat(said.ok()).isFalse();
        assertThat(said.err()).contains("peakmesh", "failed calling webhook");
        Awaitility.await("the ReplicaSet says why")
                .atMost(PATIENCE)
                .pollInterval(LOOK)
                .until(() ->
                        CLUSTER.kubectl("-n", SHOP, "get", "events")
                                .out()
                                .contains("failed calling webhook"));
        assertThat(CLUSTER.pods(SHOP, "late=waits")).isEmpty();
        replicas.scale(3);
        assertThat(CLUSTER.awaitReady(SHOP, "late=waits", 1)).allMatch(Downtime::injected);
        remove("waits");
        noPodWasReplaced();
    }

    @Test
    @Order(5)
    void withIgnorePodsStartWithoutAProxyAndAreNamedByTheCheck() {
        mesh.upgrade("--set", "injector.failurePolicy=Ignore");
        replicas.await();
        replicas.awaitPolicy("Ignore");
        replicas.scale(0);
        CLUSTER.apply(late("bare", 1));
        Pod bare = CLUSTER.awaitReady(SHOP, "late=bare", 1).getFirst();
        assertThat(injected(bare)).isFalse();
        replicas.scale(3);
        Said said = mesh.mesh("check", "--proxy", "-o", "short");
        assertThat(said.out())
                .contains("started without a proxy", bare.getMetadata().getName())
                .contains("rollout restart deployment/bare -n " + SHOP);
        CLUSTER.kubectl("-n", SHOP, "rollout", "restart", "deployment/bare").orThrow();
        CLUSTER.awaitRollout(SHOP, "deployment/bare");
        assertThat(CLUSTER.awaitReady(SHOP, "late=bare", 1)).allMatch(Downtime::injected);
        remove("bare");
        mesh.upgrade("--set", "injector.failurePolicy=Fail");
        replicas.await();
        replicas.awaitPolicy("Fail");
        noPodWasReplaced();
    }

    /**
     * The next version knows only another wire format of the module's configuration: see
     * e2e/cluster/next-version.
     */
    @Test
    @Order(6)
    void anUpgradeToAnotherWireFormatServesTheProxiesOfBefore() {
        Path next = folder.resolve("next");
        mesh.shell("e2e/cluster/next-version '" + InstalledMesh.images() + "' '" + next + "'")
                .orThrow();
        CLUSTER.importImages(next.resolve("control-plane.tar"), next.resolve("proxy.tar"));
        mesh.shell("./mesh upgrade --set proxy.opaquePorts=3306 | kubectl apply -f -").orThrow();
        replicas.await();

        mesh.shell("'" + next + "/mesh' upgrade | kubectl apply -f -").orThrow();
        replicas.await();
        assertThat(CLUSTER.pods(MESH, ThreeReplicas.SELECTOR))
                .allSatisfy(pod ->
                        assertThat(pod.getSpec().getContainers().getFirst().getImage())
                                .isEqualTo("peakmesh/control-plane:0.2.0"));
        assertThat(
                        CLUSTER.kubectl(
                                        "-n",
                                        MESH,
                                        "get",
                                        "configmap",
                                        "peakmesh-config",
                                        "-o",
                                        "jsonpath={.data}")
                                .out())
                .contains("opaquePorts: 3306", "replicas: 3", "failurePolicy: Fail");
        noPodWasReplaced();

        String behind = awaitSaid(next, said -> said.contains("balance by least-request"));
        assertThat(behind)
                .contains("proxies are not of the control plane's version 0.2.0")
                .contains("its module has version v1, this control plane sends v2");
        REPORT.say("after the upgrade:%n%n```%n%s```".formatted(behind));
        // They go on being served: this reaches them as it reaches all.
        mesh.policies(SHOP);

        restartApps();
        awaitSaid(next, said -> said.contains("shop/load-") && !said.matches(OTHERS_TOO));

        // And back, for a way back is a part of every upgrade.
        mesh.upgrade();
        replicas.await();
        restartApps();
    }

    private static String awaitSaid(Path next, Predicate<String> enough) {
        return Awaitility.await("what the check of the next version says")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .until(
                        () ->
                                mesh.shell("'" + next + "/mesh' check --proxy -o short || true")
                                        .out(),
                        enough);
    }
}
