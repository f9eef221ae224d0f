package io.peakmesh.e2e.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void startControlPlane() throws IOException {
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
        started.forEach(Process::destroyForcibly);
        mesh.close();
    }

    private Process start(String... arguments) throws IOException {
        Files.createDirectories(tmp());
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Djava.io.tmpdir=" + tmp(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:-UsePerfData",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "io.peakmesh.cli.Main"));
        command.addAll(List.of(arguments));
        command.add("--state=" + mesh.state());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PEAKMESH_ENVOY", EnvoyBinary.path().toString());
        builder.redirectOutput(mesh.dir().resolve("said-" + started.size()).toFile());
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private Path tmp() {
        return mesh.dir().resolve("tmp");
    }

    private String said(Process process) throws IOException {
        return Files.readString(
                mesh.dir().resolve("said-" + started.indexOf(process)), StandardCharsets.UTF_8);
    }

    private Process proxy(String workload) throws IOException {
        String xds = mesh.xds().getAddress().getHostAddress() + ":" + mesh.xds().getPort();
        return start("proxy", "--workload=" + workload, "--xds=" + xds, "--admin=" + admin());
    }

    private String admin() {
        return web.ip() + ":" + Pod.ADMIN;
    }

    @Test
    void runsEnvoyUntilItIsToldToEndAndLeavesNothing() throws IOException {
        Process proxy = proxy("shop/web-1");
        EnvoyAdmin admin = new EnvoyAdmin(new InetSocketAddress(web.ip(), Pod.ADMIN));
        Awaitility.await("Envoy is ready")
                .atMost(Duration.ofMinutes(1))
                .failFast("it ended", () -> !proxy.isAlive())
                .until(admin::ready);
        List<ProcessHandle> envoys = proxy.descendants().toList();
        assertThat(envoys).hasSize(1);
        assertThat(admin.dynamicListeners()).contains("inbound", "outbound");

        Process diagnostics = start("diagnostics", "config", "shop/web-1");
        assertThat(diagnostics.onExit().join().exitValue()).as(said(diagnostics)).isZero();
        assertThat(said(diagnostics)).contains("TYPE", "LISTENER", "inbound", "held");

        proxy.destroy();

        assertThat(proxy.onExit().join().isAlive()).isFalse();
        assertThat(envoys).noneMatch(ProcessHandle::isAlive);
        try (Stream<Path> left = Files.list(tmp())) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void saysInOneLineThatAWorkloadIsUnknown() throws IOException {
        Process proxy = proxy("shop/nobody");

        assertThat(proxy.onExit().join().exitValue()).isEqualTo(1);
        assertThat(said(proxy).lines()).hasSize(1);
        assertThat(said(proxy)).contains("no token for shop/nobody", "mesh diagnostics problems");
    }
}
