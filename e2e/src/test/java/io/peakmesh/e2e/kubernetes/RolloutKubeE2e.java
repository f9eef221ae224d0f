package io.peakmesh.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.e2e.real.HttpCaller;
import io.peakmesh.e2e.real.Load;
import io.peakmesh.e2e.real.Pod;
import io.peakmesh.e2e.real.Sidecar;
import io.peakmesh.e2e.real.Yaml;
import io.peakmesh.e2e.real.app.HttpApp;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pods are replaced and weights are moved under load, and no caller notices. */
class RolloutKubeE2e {
    private static final int CLIENTS = 4;
    private static final int STEPS = 20;
    private static final Duration GRACE = Duration.ofSeconds(30);

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

    private static ConditionFactory await(String what) {
        return Awaitility.await(what)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20));
    }

    private static MeshedPod server(
            String namespace, String name, String app, Map<String, String> labels) {
        Pod pod = CLUSTER.pod(namespace, name, app, MeshedPod.PORT).meshPort();
        return MeshedPod.start(mesh, CLUSTER, pod, labels);
    }

    private static Sidecar client(String namespace) {
        Pod pod = CLUSTER.pod(namespace, "client", "client").meshPort();
        return mesh.sidecar(new KubePod(CLUSTER, pod).start());
    }

    /** Calls without end; one that fails, or that the server cannot tell whose it is, is noted. */
    private static Load load(HttpCaller calls, Pod client) {
        await("an answer")
                .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .until(() -> calls.get("web", "/").ok());
        return new Load(
                CLIENTS,
                () -> {
                    HttpCaller.Answer answer = calls.get("web", "/");
                    boolean good = answer.ok() && answer.caller().contains(client.spiffeId());
                    return good ? "" : answer.toString();
                });
    }

    /** How long it takes until something holds, said in milliseconds. */
    private static void timed(String what, Callable<Boolean> holds) {
        long begin = System.nanoTime();
        await(what).until(holds);
        System.out.println(
                what + ": " + Duration.ofNanos(System.nanoTime() - begin).toMillis() + " ms");
    }

    /** Whether an app gets more requests, which it would within some hundred calls of all. */
    private static boolean serves(HttpApp app, Load load) {
        long before = app.served();
        load.more(100);
        return app.served() > before;
    }

    @Test
    void aPodThatIsReplacedUnderItsNameComesInAndItsPredecessorStaysOut() {
        MeshedPod old = server("roll", "web-0", "web", Map.of());
        MeshedPod other = server("roll", "web-1", "web", Map.of());
        Sidecar client = client("roll");
        CLUSTER.apply(Yaml.service("roll", "web", Yaml.port("http", 80, MeshedPod.PORT)));
        old.awaitReady();
        other.awaitReady();
        client.awaitReady();
        try (HttpCaller calls = HttpCaller.through(client.pod());
                Load load = load(calls, client.pod())) {
            load.more(200);
            assertThat(old.app().served()).isPositive();

            old.kube().terminate(GRACE);
            timed("a terminating pod gets no more requests", () -> !serves(old.app(), load));
            old.kube().delete();
            old.app().close();
            timed("a deleted pod's stream is cut", () -> !old.sidecar().admin().connected());

            MeshedPod next = server("roll", "web-0", "web", Map.of());
            assertThat(next.kube().uid()).isNotEqualTo(old.kube().uid());
            timed("the next pod's proxy is ready", next.sidecar().admin()::ready);
            next.awaitReady();
            timed("the next pod serves", () -> next.app().served() > 0);

            await("the predecessor's token is refused")
                    .until(() ->
                            mesh.replica(0).log().stream()
                                    .anyMatch(line -> line.contains("an earlier pod of the same")));
            assertThat(old.sidecar().admin().connected()).isFalse();
            assertThat(next.sidecar().admin().connected()).isTrue();
            load.more(200);
            System.out.println("pod replaced: " + load.calls() + " calls, " + load.failures());
            assertThat(load.failures()).isEmpty();
        }
    }

    @Test
    void aPodThatIsNotReadyGetsNothingUntilItIsAgain() {
        MeshedPod flips = server("flips", "web-0", "web", Map.of());
        MeshedPod other = server("flips", "web-1", "web", Map.of());
        Sidecar client = client("flips");
        CLUSTER.apply(Yaml.service("flips", "web", Yaml.port("http", 80, MeshedPod.PORT)));
        flips.awaitReady();
        other.awaitReady();
        client.awaitReady();
        try (HttpCaller calls = HttpCaller.through(client.pod());
                Load load = load(calls, client.pod())) {
            await("both serve").until(() -> flips.app().served() > 0 && other.app().served() > 0);
            for (int round = 0; round < 3; round++) {
                flips.kube().ready(false);
                timed("not ready, no requests", () -> !serves(flips.app(), load));
                flips.kube().ready(true);
                timed("ready, requests", () -> serves(flips.app(), load));
            }
            System.out.println("readiness: " + load.calls() + " calls, " + load.failures());
            assertThat(load.failures()).isEmpty();
        }
    }

    @Test
    void weightsMovedInManyQuickStepsLoseNoRequest() {
        Map<String, String> root = Map.of("tier", "web");
        MeshedPod stable = server("steps", "stable", "stable", root);
        MeshedPod canary = server("steps", "canary", "canary", root);
        Sidecar client = client("steps");
        CLUSTER.apply(
                Smi.service("steps", "web", "tier: web"),
                Smi.service("steps", "stable", "app: stable"),
                Smi.service("steps", "canary", "app: canary"),
                Yaml.split(
                        "steps",
                        "web",
                        Yaml.backend("stable", 100) + ", " + Yaml.backend("canary", 0)));
        stable.awaitReady();
        canary.awaitReady();
        client.awaitReady();
        try (HttpCaller calls = HttpCaller.through(client.pod());
                Load load = load(calls, client.pod())) {
            Smi.awaitProgrammed(CLUSTER, "steps", "trafficsplit/web");
            long begin = System.nanoTime();
            for (int step = 1; step <= STEPS; step++) {
                int share = 100 * step / STEPS;
                Smi.shift(
                        CLUSTER,
                        "steps",
                        "web",
                        Smi.backend("stable", 100 - share),
                        Smi.backend("canary", share));
            }
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            Smi.awaitProgrammed(CLUSTER, "steps", "trafficsplit/web");
            load.more(20);
            long ofStable = stable.app().served();
            load.more(200);
            System.out.println(
                    STEPS
                            + " steps in "
                            + took.toMillis()
                            + " ms: "
                            + load.calls()
                            + " calls, stable "
                            + ofStable
                            + ", canary "
                            + canary.app().served()
                            + ", failures "
                            + load.failures());
            assertThat(load.failures()).isEmpty();
            assertThat(stable.app().served()).isEqualTo(ofStable);
            assertThat(Smi.message(CLUSTER, "steps", "trafficsplit/web", "Programmed"))
                    .contains("proxies have it");
        }
    }
}
