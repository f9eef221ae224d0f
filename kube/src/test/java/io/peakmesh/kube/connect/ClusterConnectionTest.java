package io.peakmesh.kube.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterConnectionTest {
    private static final String USED =
            """
            apiVersion: v1
            kind: Config
            current-context: two
            clusters:
            - {name: one, cluster: {server: "https://one.example:6443"}}
            - {name: two, cluster: {server: "https://two.example:6443"}}
            users:
            - {name: u, user: {token: secret}}
            contexts:
            - {name: one, context: {cluster: one, user: u}}
            - {name: two, context: {cluster: two, user: u, namespace: shop}}
            """;

    @TempDir Path folder;

    @Test
    void followsTheCurrentContextOfTheFile() throws IOException {
        Path file = Files.writeString(folder.resolve("config"), USED);
        try (KubernetesClient client = ClusterConnection.open(Optional.of(file), "peakmesh/1")) {
            assertThat(client.getMasterUrl()).hasToString("https://two.example:6443/");
            assertThat(client.getConfiguration().getUserAgent()).isEqualTo("peakmesh/1");
            assertThat(client.getConfiguration().getRequestRetryBackoffLimit()).isZero();
        }
    }

    @Test
    void saysWhatToDoAboutAFileWithoutAContext() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("config"), USED.replace("current-context: two", ""));
        assertThatThrownBy(() -> ClusterConnection.open(Optional.of(file), "peakmesh/1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("kubectl config use-context");
    }

    @Test
    void namesAFileThatIsMissingOrNoKubeconfig() throws IOException {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> ClusterConnection.open(Optional.of(missing), "peakmesh/1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(missing.toString());
        Path broken = Files.writeString(folder.resolve("broken"), "a: [");
        assertThatThrownBy(() -> ClusterConnection.open(Optional.of(broken), "peakmesh/1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(broken.toString());
    }

    @Test
    void outsideOfAPodItAsksForAFile() {
        assertThatThrownBy(() -> ClusterConnection.fromPod(Map.of(), folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("kubeconfig");
    }

    @Test
    void inAPodItReadsTheTokenEachTime() throws IOException {
        Files.writeString(folder.resolve("token"), "first\n");
        Files.writeString(folder.resolve("namespace"), "peakmesh");
        Config config =
                ClusterConnection.fromPod(
                        Map.of(
                                "KUBERNETES_SERVICE_HOST",
                                "fd00::1",
                                "KUBERNETES_SERVICE_PORT",
                                "6443"),
                        folder);
        assertThat(config.getMasterUrl()).isEqualTo("https://[fd00::1]:6443/");
        assertThat(config.getNamespace()).isEqualTo("peakmesh");
        assertThat(config.getOauthTokenProvider().getToken()).isEqualTo("first");
        Files.writeString(folder.resolve("token"), "second");
        assertThat(config.getOauthTokenProvider().getToken()).isEqualTo("second");
    }

    @Test
    void tellsWhyAnApiServerCannotBeAskedYet() throws IOException {
        AtomicInteger status = new AtomicInteger(500);
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/readyz",
                exchange -> {
                    exchange.sendResponseHeaders(status.get(), -1);
                    exchange.close();
                });
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        Path file =
                Files.writeString(
                        folder.resolve("config"), USED.replace("https://two.example:6443", url));
        try (KubernetesClient client = ClusterConnection.open(Optional.of(file), "peakmesh/1")) {
            server.start();
            assertThat(ClusterConnection.trouble(client))
                    .hasValueSatisfying(text -> assertThat(text).contains("not ready"));
            status.set(200);
            assertThat(ClusterConnection.trouble(client)).isEmpty();
            status.set(403);
            assertThat(ClusterConnection.trouble(client)).isEmpty();
        } finally {
            server.stop(0);
        }
        try (KubernetesClient client = ClusterConnection.open(Optional.of(file), "peakmesh/1")) {
            assertThat(ClusterConnection.trouble(client))
                    .hasValueSatisfying(text -> assertThat(text).contains("cannot reach " + url));
        }
    }
}
