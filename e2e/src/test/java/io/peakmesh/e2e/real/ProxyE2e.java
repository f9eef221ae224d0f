package io.peakmesh.e2e.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code mesh proxy} and {@code mesh diagnostics} as a user types them, beside a control plane. */
class ProxyE2e {
    private final RealMesh mesh = new RealMesh();
    private final Pod web = Pod.unmeshed("shop", "web-1", "web", mesh.ip(11), 8080).meshPort();

    @BeforeEach
    void startControlPlane() {
        mesh.folder()
                .put(
                        "web",
                        web.yaml(),
                        Yaml.service("shop", "web", "web", "10.96.0.1", "{port: 80}"));
        mesh.startControlPlane();
        mesh.token(web);
    }

    @AfterEach
    void end() {
        mesh.close();
    }

    private MeshCommand proxy(String workload) {
        String xds = mesh.xds().getAddress().getHostAddress() + ":" + mesh.xds().getPort();
        return mesh.command(
                "proxy", "--workload=" + workload, "--xds=" + xds, "--admin=" + admin());
    }

    private String admin() {
        return web.ip() + ":" + Pod.ADMIN;
    }

    @Test
    void runsEnvoyUntilItIsToldToEndAndLeavesNothing() throws IOException {
        MeshCommand proxy = proxy("shop/web-1");
        EnvoyAdmin admin = new EnvoyAdmin(new InetSocketAddress(web.ip(), Pod.ADMIN));
        Awaitility.await("Envoy is ready")
                .atMost(Duration.ofMinutes(1))
                .failFast("it ended", () -> !proxy.process().isAlive())
                .until(admin::ready);
        List<ProcessHandle> envoys = proxy.process().descendants().toList();
        assertThat(envoys).hasSize(1);
        assertThat(admin.dynamicListeners()).contains("inbound", "outbound");

        MeshCommand diagnostics = mesh.command("diagnostics", "config", "shop/web-1");
        assertThat(diagnostics.exit()).as(diagnostics.said()).isZero();
        assertThat(diagnostics.said()).contains("TYPE", "LISTENER", "inbound", "held");

        proxy.process().destroy();

        proxy.exit();
        assertThat(envoys).noneMatch(ProcessHandle::isAlive);
        try (Stream<Path> left = Files.list(proxy.tmp())) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void saysInOneLineThatAWorkloadIsUnknown() {
        MeshCommand proxy = proxy("shop/nobody");

        assertThat(proxy.exit()).isEqualTo(1);
        assertThat(proxy.said().lines()).hasSize(1);
        assertThat(proxy.said()).contains("no token for shop/nobody", "mesh diagnostics problems");
    }
}
