package io.peakmesh.e2e.pods;

import static io.peakmesh.e2e.pods.AppPods.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.peakmesh.e2e.kubernetes.Said;
import io.peakmesh.e2e.real.EnvoyAdmin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * From an empty cluster to a meshed app and back, as a new user does it: by the README's lines,
 * word for word. The same shop then also runs where Pod Security lets pods do least.
 */
@TestMethodOrder(OrderAnnotation.class)
class InstallPodsKubeE2e {
    private static final String SHOP = "shop";
    private static final String TIGHT = "tight";
    private static final List<String> BOTH = List.of(SHOP, TIGHT);
    private static final List<String> APPS =
            List.of("ledger", "cart", "catalog-v1", "catalog-v2", "web", "load");

    /** Enough for a share to be told from another. */
    private static final int SOME_REQUESTS = 150;

    @RegisterExtension static final RealCluster CLUSTER = new RealCluster();

    private static @Nullable InstalledMesh installed;
    private static Set<String> before = Set.of();
    private static String lastLine = "";

    @Test
    @Order(1)
    void theReadmesLinesGiveAMeshedShop() throws IOException {
        before = objects();
        installed = InstalledMesh.in(CLUSTER);
        List<String> lines = readme();
        // The nodes were given the images above, as the line's remark asks.
        assertThat(lines.getFirst()).isEqualTo("./mesh images");
        lastLine = lines.getLast();
        assertThat(lastLine).startsWith("./mesh uninstall ");
        long begin = 0;
        for (String line : lines.subList(1, lines.size() - 1)) {
            begin = line.startsWith("./mesh install ") ? System.nanoTime() : begin;
            Said said = mesh().shell(line).orThrow();
            stopwatch(begin, line);
            if (line.startsWith("./mesh check")) {
                assertThat(said.out())
                        .as(line)
                        .contains("√")
                        .doesNotContain("×", "‼")
                        .endsWith("Status check results are √\n");
            }
            if (line.contains("shop.yaml")) {
                await("the first meshed request")
                        .ignoreExceptionsInstanceOf(IllegalStateException.class)
                        .until(() -> meshed(SHOP));
                stopwatch(begin, "the first request whose server saw the caller's SPIFFE ID");
            }
        }
        mesh().awaitShop(SHOP);
        stopwatch(begin, "all pods of the shop are ready");
    }

    private static InstalledMesh mesh() {
        return Objects.requireNonNull(installed, "the first test did not run");
    }

    private static void stopwatch(long begin, String what) {
        if (begin != 0) {
            Duration since = Duration.ofNanos(System.nanoTime() - begin);
            System.out.printf(
                    "stopwatch, since 'mesh install': %4.1f s  %s%n",
                    since.toMillis() / 1000.0, what);
        }
    }

    private static boolean meshed(String namespace) {
        return mesh().load(namespace, 0)
                .callers()
                .getOrDefault("web", new TreeSet<>())
                .contains("spiffe://cluster.local/ns/" + namespace + "/sa/load");
    }

    /** The commands of the README's section, without their remarks. */
    private static List<String> readme() throws IOException {
        String readme =
                Files.readString(Path.of(System.getProperty("basedir", "."), "../README.md"));
        return readme.split("## On Kubernetes", 2)[1]
                .split("```", 3)[1]
                .lines()
                .map(line -> line.replaceFirst("\\s+#.*", "").strip())
                .filter(line -> !line.isEmpty())
                .toList();
    }

    @Test
    @Order(2)
    void theSameShopRunsWithoutARedirectWherePodSecurityForbidsOne() {
        mesh().shop(TIGHT, true);
        mesh().policies(TIGHT);
        await("a meshed request in " + TIGHT).until(() -> meshed(TIGHT));
        for (Pod pod : CLUSTER.pods(TIGHT, "")) {
            assertThat(containers(pod))
                    .contains("peakmesh-proxy")
                    .doesNotContain("peakmesh-redirect");
        }
        for (Pod pod : CLUSTER.pods(SHOP, "")) {
            assertThat(containers(pod)).contains("peakmesh-proxy", "peakmesh-redirect");
        }
        assertThat(CLUSTER.kubectl("-n", TIGHT, "get", "events").out())
                .contains("SidecarRemark")
                .contains("estricted");
    }

    private static List<String> containers(Pod pod) {
        return pod.getSpec().getInitContainers().stream().map(Container::getName).toList();
    }

    @Test
    @Order(3)
    void everyServerSeesWhoCallsAndEveryCallerBalancesByPeakEwma() {
        for (String namespace : BOTH) {
            String account = "spiffe://cluster.local/ns/" + namespace + "/sa/";
            await("callers in " + namespace)
                    .untilAsserted(() ->
                            assertThat(mesh().load(namespace, 0).callers())
                                    .containsEntry("web", set(account + "load"))
                                    .containsEntry("catalog", set(account + "web"))
                                    .containsEntry("cart", set(account + "web")));
            for (Pod pod : CLUSTER.pods(namespace, "")) {
                String name = pod.getMetadata().getName();
                List<JsonNode> seen = peakEwma(namespace, name);
                System.out.println(name + ": Peak-EWMA over " + seen.size() + " endpoints");
                if (name.startsWith("load-") || name.startsWith("web-")) {
                    assertThat(seen).as(name).hasSizeGreaterThan(1);
                }
            }
        }
    }

    private static SortedSet<String> set(String only) {
        return new TreeSet<>(Set.of(only));
    }

    /** What the balancer in a pod's Envoy knows of each endpoint; fails where none is loaded. */
    private static List<JsonNode> peakEwma(String namespace, String pod) {
        try (Forward admin = CLUSTER.forward(namespace, pod, 15000)) {
            JsonNode page =
                    new EnvoyAdmin(
                                    new InetSocketAddress(
                                            InetAddress.getLoopbackAddress(), admin.port()))
                            .moduleEndpoints();
            assertThat(page.path("endpoints").isArray()).as("%s: %s", pod, page).isTrue();
            return page.path("endpoints").valueStream().toList();
        }
    }

    @Test
    @Order(4)
    void aSplitSharesTheRequestsAndMovesThem() {
        for (String namespace : BOTH) {
            Load split = fresh(namespace);
            System.out.println(namespace + ", 90/10: " + split.versions());
            assertThat(split.share("v2")).isBetween(0.02, 0.25);
            CLUSTER.kubectl(
                            "-n",
                            namespace,
                            "patch",
                            "trafficsplit",
                            "catalog",
                            "--type=merge",
                            "-p",
                            """
                            {"spec": {"backends": [
                              {"service": "catalog-v1", "weight": 0},
                              {"service": "catalog-v2", "weight": 100}]}}\
                            """)
                    .orThrow();
        }
        for (String namespace : BOTH) {
            await("all requests at v2 in " + namespace)
                    .until(() -> recent(namespace).share("v2") == 1);
            Load moved = fresh(namespace);
            System.out.println(namespace + ", 0/100: " + moved.versions());
            assertThat(moved.share("v2")).isEqualTo(1);
            assertThat(moved.failures()).isEmpty();
        }
    }

    @Test
    @Order(5)
    void whomNoTrafficTargetLetsIsRefusedWhereANamespaceEnforces() {
        for (String namespace : BOTH) {
            CLUSTER.kubectl("annotate", "namespace", namespace, "peakmesh.io/access=enforcing")
                    .orThrow();
            assertThat(fresh(namespace).failures()).as("all are let").isEmpty();
            CLUSTER.kubectl("-n", namespace, "delete", "traffictarget", "load-to-web").orThrow();
        }
        for (String namespace : BOTH) {
            await("requests refused in " + namespace)
                    .until(() -> recent(namespace), load -> load.failed() == load.requests());
            System.out.println(namespace + ", refused: " + recent(namespace).failures());
            assertThat(recent(namespace).failures().keySet())
                    .allSatisfy(reason -> assertThat(reason).contains("403"));
            mesh().policies(namespace);
        }
        for (String namespace : BOTH) {
            await("requests let again in " + namespace)
                    .until(() -> recent(namespace).failed() == 0);
        }
    }

    /** What comes of requests from now on. */
    private static Load fresh(String namespace) {
        int now = mesh().load(namespace, 0).lastSecond();
        return await("requests in " + namespace)
                .until(() -> mesh().load(namespace, now), load -> load.requests() >= SOME_REQUESTS);
    }

    /** What came of the last two seconds' requests. */
    private static Load recent(String namespace) {
        int last = mesh().load(namespace, 0).lastSecond();
        return await("requests in " + namespace)
                .until(() -> mesh().load(namespace, last - 2), load -> load.requests() > 0);
    }

    @Test
    @Order(6)
    void uninstallLeavesNothingAndTheAppsRunOnWithoutTheMesh() {
        System.out.println(mesh().shell(lastLine).orThrow().err());
        assertThat(CLUSTER.kubectl("get", "configmaps,events", "-A", "-o", "name").out())
                .doesNotContain("peakmesh-roots");
        for (String namespace : BOTH) {
            CLUSTER.kubectl("-n", namespace, "rollout", "restart", "deployment").orThrow();
        }
        for (String namespace : BOTH) {
            APPS.forEach(app -> CLUSTER.awaitRollout(namespace, "deployment/" + app));
            await("the meshed pods' end in " + namespace)
                    .until(() ->
                            CLUSTER.pods(namespace, "").stream()
                                    .noneMatch(pod -> containers(pod).contains("peakmesh-proxy")));
            Load load = fresh(namespace);
            assertThat(load.callers()).containsEntry("web", set("none"));
            await("no request failed in " + namespace).until(() -> recent(namespace).failed() == 0);
            CLUSTER.kubectl("delete", "namespace", namespace, "--wait=false").orThrow();
        }
        await("the objects of before").untilAsserted(() -> assertThat(objects()).isEqualTo(before));
    }

    /**
     * Every object of every kind, by kind, namespace and name. Events are none, and nodes write
     * their leases when they like.
     */
    private static Set<String> objects() {
        String kinds =
                String.join(
                        ",",
                        CLUSTER.kubectl("api-resources", "--verbs=list", "-o", "name")
                                .orThrow()
                                .out()
                                .lines()
                                .filter(kind -> !kind.startsWith("events"))
                                .filter(kind -> !kind.equals("componentstatuses"))
                                .toList());
        return new TreeSet<>(
                CLUSTER.kubectl(
                                "get",
                                kinds,
                                "-A",
                                "--no-headers",
                                "-o",
                                "custom-columns=K:.kind,S:.metadata.namespace,N:.metadata.name")
                        .orThrow()
                        .out()
                        .lines()
                        .filter(object -> !object.contains("kube-node-lease"))
                        .toList());
    }
}
