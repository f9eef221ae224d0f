package io.peakmesh.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.e2e.real.MeshCommand;
import io.peakmesh.e2e.real.Sidecar;
import io.peakmesh.e2e.real.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code mesh} says of a mesh on a cluster, asked through the API server with the rights of
 * whoever asks. The control plane itself has no more rights than the documents say it needs.
 */
class DiagnosticsKubeE2e {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension static final Cluster CLUSTER = new Cluster();

    private static KubeMesh mesh;

    @TempDir Path folder;

    @BeforeAll
    static void start() {
        mesh = new KubeMesh(CLUSTER);
        Path own = Rights.kubeconfig(CLUSTER, KubeMesh.NAMESPACE, "control-plane");
        CLUSTER.apply(Rights.CONTROL_PLANE);
        mesh.as(own).startControlPlane();
        Smi.awaitDefined(CLUSTER);
        MeshedPod web =
                MeshedPod.start(
                        mesh,
                        CLUSTER,
                        CLUSTER.pod("shop", "web-1", "web", MeshedPod.PORT).meshPort(),
                        Map.of());
        Sidecar client =
                mesh.sidecar(
                        new KubePod(CLUSTER, CLUSTER.pod("shop", "client-1", "client").meshPort())
                                .start());
        CLUSTER.apply(
                Yaml.service("shop", "web", Yaml.port("http", 80, MeshedPod.PORT)),
                Yaml.routes("shop", "api", "/api", "GET"),
                Yaml.target("shop", "client", "web", "HTTPRouteGroup", "api"),
                Yaml.split("shop", "web", Yaml.backend("web", 9) + ", " + Yaml.backend("next", 1)));
        web.awaitReady();
        client.awaitReady();
        Smi.awaitProgrammed(CLUSTER, "shop", "trafficsplit/web");
        Smi.awaitProgrammed(CLUSTER, "shop", "traffictarget/client-to-web-api");
    }

    @AfterAll
    static void end() {
        mesh.close();
    }

    /** What a command said that ended with this exit code. */
    private static String said(int exit, String... arguments) {
        try (MeshCommand command = mesh.command(arguments)) {
            int code = command.exit();
            String said = command.said();
            System.out.println("mesh " + String.join(" ", arguments) + "\n" + said);
            assertThat(code).as(said).isEqualTo(exit);
            return said;
        }
    }

    private static String admin() {
        return "--kubeconfig=" + CLUSTER.kubeconfig();
    }

    @Test
    void everyQuestionIsAnsweredThroughTheApiServer() {
        assertThat(said(0, "diagnostics", "endpoints", "shop/web", admin()))
                .containsPattern(
                        "shop +10\\.244\\.[0-9.]+ +8080 +web-1 +web\\.shop:80 +ready +√ +shop/web");
        assertThat(said(0, "diagnostics", "policy", "shop", admin()))
                .containsPattern("shop +permissive")
                .containsPattern("client-to-web-api .*client")
                .contains("GET", "/api");
        assertThat(said(0, "diagnostics", "config", admin()))
                .contains("shop/web-1", "shop/client-1");
        assertThat(said(0, "diagnostics", "config", "shop/client-1", admin())).contains("outbound");
        assertThat(said(0, "diagnostics", "problems", admin()))
                .containsPattern("shop/web .*Service shop/next does not exist");
        assertThat(said(0, "diagnostics", "problems", "-o", "json", admin())).startsWith("[");
    }

    /** There is no Deployment here, so that a check fails as a whole: CheckKubeE2e has more. */
    @Test
    void aCheckFindsNothingToComplainOfInTheMeshItself() {
        Awaitility.await("all is well")
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(said(1, "check", "--proxy", admin()))
                                .contains(
                                        "√ control plane is running",
                                        "√ its source is connected",
                                        "√ every meshed workload's proxy is connected",
                                        "√ every proxy took its configuration"));
    }

    @Test
    void theControlPlaneNeedsNoRightThatTheDocumentsDoNotName() {
        assertThat(mesh.replica(0).log())
                .noneMatch(line -> line.contains("forbidden") || line.contains("RBAC"));
        assertThat(CLUSTER.kubectl("get", "events", "-n", "shop").orThrow().out())
                .contains("MissingBackend");
        Said columns =
                CLUSTER.kubectl(
                        "get", "apiservice", "v1alpha1.diagnostics.peakmesh.io", "--no-headers");
        assertThat(columns.orThrow().out()).contains("True");
    }

    @Test
    void whoMayNotAskIsToldWhatToAskFor() {
        String reader =
                "--kubeconfig=" + Rights.kubeconfig(CLUSTER, "default", "reader").toString();
        for (String question : List.of("endpoints", "policy", "problems")) {
            assertThat(said(1, "diagnostics", question, reader))
                    .contains(
                            "you may not ask this",
                            "system:serviceaccount:default:reader",
                            "the verb list on " + question + ".diagnostics.peakmesh.io")
                    .doesNotContain("web-1", "Exception");
        }
        CLUSTER.apply(Rights.READER);
        Awaitility.await("the rights count")
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(said(0, "diagnostics", "endpoints", reader)).contains("web-1"));

        Path stranger = Rights.kubeconfigWith(CLUSTER, "stranger", "nobody's token");
        assertThat(said(1, "diagnostics", "endpoints", "--kubeconfig=" + stranger))
                .contains("the cluster does not know you", "kubectl auth whoami");
        Said anonymous =
                Said.by(
                        List.of(
                                "curl",
                                "-sk",
                                "https://127.0.0.1:443/apis/diagnostics.peakmesh.io/v1alpha1/endpoints",
                                "-H",
                                "X-Remote-User: admin",
                                "-H",
                                "X-Remote-Group: system:masters"),
                        Map.of(),
                        "");
        assertThat(anonymous.out()).doesNotContain("web-1");
    }

    @Test
    void validateNamesWhatTheClusterRefuses() throws IOException {
        Files.writeString(
                folder.resolve("good.yaml"),
                Yaml.service("shop", "good", Yaml.port("http", 80, MeshedPod.PORT)));
        assertThat(said(0, "validate", folder.toString(), admin())).contains("√");

        Files.writeString(
                folder.resolve("bad.yaml"),
                String.join(
                        "\n---\n",
                        Yaml.service(
                                "shop", "far", "web", "192.0.2.7", Yaml.port("http", 80, 8080)),
                        Yaml.routes("nowhere", "api", "/api", "GET"),
                        Yaml.split("shop", "minus", Yaml.backend("web", -1))));
        String said = said(1, "validate", folder.toString(), admin());
        assertThat(said)
                .containsPattern("× bad.yaml: .*far.*the cluster refuses it: .*192\\.0\\.2\\.7")
                .containsPattern("×.*nowhere/api.*the cluster refuses it: .*nowhere")
                .containsPattern("×.*shop/minus.*the cluster refuses it: .*weight");
        Stream<String> stored =
                CLUSTER.kubectl("get", "services", "-n", "shop", "-o", "name")
                        .orThrow()
                        .out()
                        .lines();
        assertThat(stored).containsExactly("service/web");
    }
}
