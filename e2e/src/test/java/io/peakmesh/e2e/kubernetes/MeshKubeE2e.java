package io.peakmesh.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peakmesh.e2e.real.HttpCaller;
import io.peakmesh.e2e.real.Pod;
import io.peakmesh.e2e.real.Sidecar;
import io.peakmesh.e2e.real.Yaml;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What users of a cluster do with kubectl is what their traffic does. */
class MeshKubeE2e {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CALLS = 300;

    @RegisterExtension static final Cluster CLUSTER = new Cluster();

    private static KubeMesh mesh;

    @BeforeAll
    static void start() {
        mesh = new KubeMesh(CLUSTER);
        mesh.startControlPlane();
        Smi.awaitDefined(CLUSTER);
    }

    @AfterAll
    static void end() {
        mesh.close();
    }

    private static MeshedPod server(String namespace, String name) {
        return server(namespace, name, "");
    }

    /** A pod whose app, account and name are one; with one more label if {@code tier} says so. */
    private static MeshedPod server(String namespace, String name, String tier) {
        Pod pod = CLUSTER.pod(namespace, name, name, MeshedPod.PORT).meshPort();
        return MeshedPod.start(
                mesh, CLUSTER, pod, tier.isEmpty() ? Map.of() : Map.of("tier", tier));
    }

    private static Sidecar client(String namespace, String name) {
        Pod pod = CLUSTER.pod(namespace, name, name).meshPort();
        return mesh.sidecar(new KubePod(CLUSTER, pod).start());
    }

    private static HttpCaller.Answer awaitStatus(
            HttpCaller calls, String authority, String path, int status) {
        return Awaitility.await(status + " of " + authority + path)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .until(() -> calls.get(authority, path), answer -> answer.status() == status);
    }

    @Test
    void serversSeeWhoCallsAndThatOthersAreNobody() {
        MeshedPod web = server("seen", "web");
        Sidecar client = client("seen", "client");
        CLUSTER.apply(Yaml.service("seen", "web", Yaml.port("http", 80, MeshedPod.PORT)));
        web.awaitReady();
        client.awaitReady();
        try (HttpCaller inside = HttpCaller.through(client.pod());
                HttpCaller outside = HttpCaller.at(KubeMesh.at(web.pod(), MeshedPod.PORT));
                HttpCaller plain = HttpCaller.at(KubeMesh.at(web.pod(), Pod.MESH_PORT))) {
            HttpCaller.Answer answer = awaitStatus(inside, "web", "/", 200);
            assertThat(answer.caller())
                    .contains("By=" + web.pod().spiffeId(), "URI=" + client.pod().spiffeId());
            assertThat(web.sidecar().admin().leaf().uris()).containsExactly(web.pod().spiffeId());
            assertThat(web.sidecar().admin().sum(name -> name.endsWith(".ssl.handshake")))
                    .isPositive();

            assertThat(outside.get("web", "/").caller()).isEmpty();
            long before = web.app().served();
            assertThatThrownBy(() -> plain.get("web", "/"))
                    .isInstanceOf(UncheckedIOException.class);
            assertThat(web.app().served()).isEqualTo(before);
        }
    }

    /** Who answers so many calls of one name. */
    private static SortedMap<String, Integer> ask(HttpCaller calls, String authority, int count) {
        SortedMap<String, Integer> answered = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            answered.merge(calls.named(authority, "/"), 1, Integer::sum);
        }
        return answered;
    }

    @Test
    void aSplitShiftsByKubectlPatchAndItsStatusSaysWhenItHas() {
        MeshedPod old = server("shift", "web-v1", "web");
        MeshedPod next = server("shift", "web-v2", "web");
        Sidecar client = client("shift", "client");
        CLUSTER.apply(
                Smi.service("shift", "web", "tier: web"),
                Smi.service("shift", "web-v1", "app: web-v1"),
                Smi.service("shift", "web-v2", "app: web-v2"),
                Yaml.split(
                        "shift",
                        "web",
                        Yaml.backend("web-v1", 90) + ", " + Yaml.backend("web-v2", 10)));
        client.awaitReady();
        old.awaitReady();
        next.awaitReady();
        try (HttpCaller calls = HttpCaller.through(client.pod())) {
            awaitStatus(calls, "web", "/", 200);
            Smi.awaitProgrammed(CLUSTER, "shift", "trafficsplit/web");
            String columns = CLUSTER.kubectl("get", "ts", "-n", "shift").orThrow().out();
            System.out.print(columns);
            assertThat(columns)
                    .containsPattern("NAME +SERVICE +ACCEPTED +PROGRAMMED")
                    .containsPattern("web +web +True +True");
            Awaitility.await("the proxies that use it are counted")
                    .atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(programmed("shift", "web"))
                                    .containsPattern("^([1-3])/\\1 proxies have it$"));
            SortedMap<String, Integer> before = ask(calls, "web", CALLS);
            System.out.println("90/10: " + before + "; " + programmed("shift", "web"));
            assertThat(before.get("web-v1")).isBetween(CALLS * 3 / 4, CALLS - 5);
            assertThat(before.get("web-v2")).isBetween(5, CALLS / 4);

            Smi.shift(
                    CLUSTER, "shift", "web", Smi.backend("web-v1", 0), Smi.backend("web-v2", 100));
            Smi.awaitProgrammed(CLUSTER, "shift", "trafficsplit/web");
            long servedByOld = old.app().served();
            SortedMap<String, Integer> after = ask(calls, "web", CALLS);
            System.out.println("0/100: " + after + "; " + programmed("shift", "web"));
            assertThat(after).containsExactly(Map.entry("web-v2", CALLS));
            assertThat(old.app().served()).isEqualTo(servedByOld);
        }
    }

    private static String programmed(String namespace, String split) {
        return Smi.message(CLUSTER, namespace, "trafficsplit/" + split, "Programmed");
    }

    @Test
    void aMissingBackendIsToldInTheStatusAndByAnEvent() {
        Pod pod = CLUSTER.pod("missing", "web", "web", MeshedPod.PORT);
        new KubePod(CLUSTER, pod).start();
        CLUSTER.apply(
                Yaml.service("missing", "web", Yaml.port("http", 80, MeshedPod.PORT)),
                Yaml.split(
                        "missing", "web", Yaml.backend("web", 9) + ", " + Yaml.backend("next", 1)));

        String[] events = {
            "get",
            "events",
            "-n",
            "missing",
            "--field-selector=involvedObject.kind=TrafficSplit,involvedObject.name=web",
            "-o",
            "jsonpath={range .items[*]}{.type} {.reason} {.message}{\"\\n\"}{end}"
        };
        String told =
                Awaitility.await("an event")
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(200))
                        .until(
                                () -> CLUSTER.kubectl(events).orThrow().out(),
                                said -> said.contains("MissingBackend"));
        System.out.print(told);
        assertThat(told).containsPattern("^Warning MissingBackend .*next");
        assertThat(told.lines()).hasSize(1);
        assertThat(Smi.message(CLUSTER, "missing", "trafficsplit/web", "Accepted"))
                .contains("next");
        Smi.awaitProgrammed(CLUSTER, "missing", "trafficsplit/web");

        CLUSTER.apply(Smi.service("missing", "next", "app: next"));
        CLUSTER.kubectl(
                        "wait",
                        "--for=jsonpath={.status.conditions[?(@.type==\"Accepted\")].reason}=Accepted",
                        "--timeout=60s",
                        "-n",
                        "missing",
                        "trafficsplit/web")
                .orThrow();
    }

    @Test
    void whatNoTrafficTargetAllowsIsDeniedWithTheReason() {
        MeshedPod web = server("strict", "web");
        Sidecar client = client("strict", "client");
        CLUSTER.apply(Yaml.service("strict", "web", Yaml.port("http", 80, MeshedPod.PORT)));
        web.awaitReady();
        client.awaitReady();
        try (HttpCaller calls = HttpCaller.through(client.pod())) {
            awaitStatus(calls, "web", "/api/v1", 200);
            CLUSTER.kubectl("annotate", "namespace/strict", "peakmesh.io/access=enforcing")
                    .orThrow();
            HttpCaller.Answer denied = awaitStatus(calls, "web", "/api/v1", 403);
            System.out.println("403: " + denied.body().strip());
            assertThat(denied.body())
                    .contains("denied by policy: no TrafficTarget lets", client.pod().spiffeId());

            String routes = Yaml.routes("strict", "api", "/api", "GET");
            String target = Yaml.target("strict", "client", "web", "HTTPRouteGroup", "api");
            CLUSTER.apply(routes, target);
            assertThat(awaitStatus(calls, "web", "/api/v1", 200).caller())
                    .contains(client.pod().spiffeId());
            assertThat(calls.get("web", "/other").status()).isEqualTo(403);
            Smi.awaitProgrammed(CLUSTER, "strict", "traffictarget/client-to-web-api");
            assertThat(
                            Smi.message(
                                    CLUSTER,
                                    "strict",
                                    "traffictarget/client-to-web-api",
                                    "Programmed"))
                    .isEqualTo("1/1 proxies have it");

            CLUSTER.kubectlReading(target, "delete", "-f", "-").orThrow();
            awaitStatus(calls, "web", "/api/v1", 403);
        }
    }

    private static String served(String namespace, String clusterIp) {
        return Yaml.service(
                namespace, "web", "web", clusterIp, Yaml.port("http", 80, MeshedPod.PORT));
    }

    @Test
    void aServiceDeletedAndMadeAgainIsReachableBySidecarsThatHadUsedIt() {
        MeshedPod web = server("again", "web");
        Sidecar client = client("again", "client");
        CLUSTER.apply(served("again", "10.96.77.1"));
        web.awaitReady();
        client.awaitReady();
        try (HttpCaller calls = HttpCaller.through(client.pod())) {
            for (String name : new String[] {"web", "10.96.77.1"}) {
                assertThat(awaitStatus(calls, name, "/", 200).caller())
                        .contains(client.pod().spiffeId());
            }
            CLUSTER.kubectl("delete", "service", "web", "-n", "again").orThrow();
            Awaitility.await("it is gone for the sidecar")
                    .atMost(PATIENCE)
                    .until(() -> !calls.get("web", "/").ok());

            CLUSTER.apply(served("again", "10.96.77.2"));
            for (String name : new String[] {"web", "10.96.77.2", "web.again.svc.cluster.local"}) {
                assertThat(awaitStatus(calls, name, "/", 200).caller())
                        .contains(client.pod().spiffeId());
            }
        }
        assertThat(client.process().isAlive()).isTrue();
    }
}
