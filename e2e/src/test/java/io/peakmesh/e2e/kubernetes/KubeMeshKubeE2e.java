package io.peakmesh.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.e2e.real.HttpCaller;
import io.peakmesh.e2e.real.Pod;
import io.peakmesh.e2e.real.Sidecar;
import io.peakmesh.e2e.real.Yaml;
import io.peakmesh.e2e.real.app.HttpApp;
import java.io.IOException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A mesh on a cluster carries traffic between pods that prove themselves with projected tokens. */
class KubeMeshKubeE2e {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @RegisterExtension static final Cluster CLUSTER = new Cluster();

    private final KubeMesh mesh = new KubeMesh(CLUSTER);

    @AfterEach
    void end() {
        mesh.close();
    }

    @Test
    void podsTalkByMutualTlsThroughWhicheverReplicaLives() throws IOException {
        Pod web = CLUSTER.pod("shop", "web-1", "web", 8080).meshPort();
        Pod client = CLUSTER.pod("shop", "client-1", "client").meshPort();
        KubePod webPod = new KubePod(CLUSTER, web).start();
        KubePod clientPod = new KubePod(CLUSTER, client).start();
        CLUSTER.apply(Yaml.service("shop", "web", Yaml.port("http", 80, 8080)));
        mesh.startReplica(0);
        mesh.startReplica(1);
        mesh.run(new HttpApp("web-1", KubeMesh.at(web, 8080)));
        Sidecar server = mesh.sidecar(webPod);
        Sidecar caller = mesh.sidecar(clientPod);
        server.awaitReady();
        caller.awaitReady();
        try (HttpCaller calls = HttpCaller.through(client)) {
            HttpCaller.Answer answer =
                    Awaitility.await("an answer of the app")
                            .atMost(PATIENCE)
                            .until(() -> calls.get("web", "/"), HttpCaller.Answer::ok);
            assertThat(answer.app()).isEqualTo("web-1");
            assertThat(answer.caller()).contains(client.spiffeId());

            mesh.replica(0).kill();
            Awaitility.await("both sidecars are at the other replica")
                    .atMost(PATIENCE)
                    .until(() -> server.admin().connected() && caller.admin().connected());
            assertThat(calls.get("web", "/").app()).isEqualTo("web-1");
        }
    }

    @Test
    void theApiServerAsksTheControlPlane() {
        mesh.startControlPlane();
        CLUSTER.apply(Yaml.namespace("asked", "permissive", "allow"));
        String split = Yaml.split("asked", "web", Yaml.backend("web-a", 1));
        Awaitility.await("SMI objects are known, and checked")
                .atMost(PATIENCE)
                .until(() -> CLUSTER.tryApply(split).ok());
        Awaitility.await("an object is converted to an older version")
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(
                                        CLUSTER.kubectl(
                                                        "get",
                                                        "trafficsplits.v1alpha2.split.smi-spec.io",
                                                        "web",
                                                        "--namespace=asked",
                                                        "--output=jsonpath={.apiVersion}")
                                                .out())
                                .isEqualTo("split.smi-spec.io/v1alpha2"));
        CLUSTER.kubectl(
                        "wait",
                        "--for=condition=Available",
                        "--timeout=60s",
                        "apiservice/v1alpha1.diagnostics.peakmesh.io")
                .orThrow();
    }
}
