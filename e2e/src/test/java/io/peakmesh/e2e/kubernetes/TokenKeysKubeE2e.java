package io.peakmesh.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.e2e.real.ControlPlane;
import io.peakmesh.e2e.real.HttpCaller;
import io.peakmesh.e2e.real.Load;
import io.peakmesh.e2e.real.Sidecar;
import io.peakmesh.e2e.real.Yaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who proves itself gets in while the cluster changes its keys, and while nobody answers there. */
class TokenKeysKubeE2e {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension static final Cluster CLUSTER = new Cluster();

    private final KubeMesh mesh = new KubeMesh(CLUSTER);

    @AfterEach
    void end() {
        mesh.close();
        CLUSTER.startApiServer();
    }

    private KubePod pod(String namespace, String name) {
        return new KubePod(CLUSTER, CLUSTER.pod(namespace, name, name, MeshedPod.PORT).meshPort())
                .start();
    }

    private static String keyId(ProjectedToken token) {
        String header = token.text().substring(0, token.text().indexOf('.'));
        return new String(Base64.getUrlDecoder().decode(header), StandardCharsets.UTF_8)
                .replaceAll(".*\"kid\":\"([^\"]+)\".*", "$1");
    }

    private static void awaitConnected(Sidecar sidecar) {
        Awaitility.await(sidecar.pod().name() + " is connected")
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .until(() -> sidecar.admin().connected());
    }

    @Test
    void tokensOfTheClustersNewKeyAreGoodAtOnceAndThoseOfTheOldOneToo() {
        mesh.startControlPlane();
        KubePod before = pod("keys", "before");
        Sidecar first = mesh.sidecar(before);
        first.awaitReady();
        Path next = CLUSTER.dir().resolve("pki/sa-next.key");
        Said.by(
                        List.of("openssl", "genpkey", "-algorithm", "RSA", "-out", next.toString()),
                        Map.of(),
                        "")
                .orThrow();
        CLUSTER.stopApiServer();
        CLUSTER.apiServerFlags(
                "--service-account-key-file=" + next, "--service-account-signing-key-file=" + next);
        CLUSTER.startApiServer();
        assertThat(CLUSTER.client().raw("/openid/v1/jwks").split("\"kid\"", -1)).hasSize(3);

        KubePod after = pod("keys", "after");
        assertThat(keyId(mesh.token(after))).isNotEqualTo(keyId(mesh.token(before)));
        long asked = System.nanoTime();
        Awaitility.await("the new pod is known")
                .atMost(PATIENCE)
                .until(() -> mesh.replica(0).get("/workloads").toString().contains("keys/after"));
        System.out.println(
                "a pod made at an API server that is back is known after "
                        + Duration.ofNanos(System.nanoTime() - asked).toMillis()
                        + " ms");
        mesh.sidecar(after).awaitReady();
        first.close();
        mesh.sidecar(before).awaitReady();
        List<String> refused =
                mesh.replica(0).log().stream().filter(line -> line.contains("refused")).toList();
        mesh.replica(0).log().stream()
                .filter(line -> line.contains("service-account keys"))
                .forEach(System.out::println);
        assertThat(refused).isEmpty();
    }

    @Test
    void withoutTheApiServerProxiesMoveToAnotherReplica() throws IOException {
        mesh.startReplica(0);
        mesh.startReplica(1);
        MeshedPod web =
                MeshedPod.start(
                        mesh,
                        CLUSTER,
                        CLUSTER.pod("away", "web", "web", MeshedPod.PORT).meshPort(),
                        Map.of());
        Sidecar client = mesh.sidecar(pod("away", "client"));
        CLUSTER.apply(Yaml.service("away", "web", Yaml.port("http", 80, MeshedPod.PORT)));
        web.awaitReady();
        client.awaitReady();
        try (HttpCaller calls = HttpCaller.through(client.pod())) {
            awaitAnswer(calls);
            try (Load load =
                    new Load(2, () -> calls.named("web", "/").equals("web") ? "" : "who")) {
                CLUSTER.killApiServer();
                mesh.replica(0).kill();
                // Not what the proxies say: for a moment they take the old stream for a living one.
                Awaitility.await("both proxies at the other replica")
                        .atMost(PATIENCE)
                        .untilAsserted(
                                () -> assertThat(mesh.replica(1).get("/proxies")).hasSize(2));
                load.more(100);
                System.out.println(
                        "without API server, to another replica: "
                                + load.calls()
                                + " calls, failures "
                                + load.failures());
                assertThat(load.failures()).isEmpty();
            }
        }
    }

    private static void awaitAnswer(HttpCaller calls) {
        Awaitility.await("an answer")
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .until(() -> calls.get("web", "/").ok());
    }

    /** What control planes say until they are ready, and after. */
    private String said() {
        StringBuilder said = new StringBuilder();
        try (Stream<Path> files = Files.list(mesh.dir())) {
            for (Path log :
                    files.filter(f -> f.getFileName().toString().startsWith("control-plane-"))
                            .toList()) {
                said.append(Files.readString(log));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return said.toString();
    }

    @Test
    void aControlPlaneThatStartsWithoutTheApiServerWaitsAndEverybodyHeals() throws Exception {
        mesh.startControlPlane();
        KubePod early = pod("late", "early");
        Sidecar there = mesh.sidecar(early);
        there.awaitReady();
        mesh.replica(0).kill();
        CLUSTER.stopApiServer();

        FutureTask<ControlPlane> starting = new FutureTask<>(mesh::startControlPlane);
        Thread.ofPlatform().daemon().start(starting);
        Awaitility.await("it says for what it waits")
                .atMost(PATIENCE)
                .until(() -> said().contains("waiting for the API server"));
        assertThat(there.admin().connected()).isFalse();
        assertThat(there.admin().ready()).isTrue();
        assertThat(starting.isDone()).isFalse();

        CLUSTER.startApiServer();
        starting.get(60, TimeUnit.SECONDS);
        long ready = System.nanoTime();
        awaitConnected(there);
        System.out.println(
                "connected again "
                        + Duration.ofNanos(System.nanoTime() - ready).toMillis()
                        + " ms after the control plane was ready");
        mesh.sidecar(pod("late", "next")).awaitReady();
    }
}
