package io.peakmesh.cli.demo;

import io.peakmesh.cli.proxy.AdminPlace;
import io.peakmesh.cli.proxy.EnvoyBinary;
import io.peakmesh.cli.proxy.EnvoyProcess;
import io.peakmesh.cli.proxy.Processes;
import io.peakmesh.cli.proxy.ProxySpec;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.HostPort;
import io.peakmesh.model.Settings;
import io.peakmesh.model.WorkloadName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Starts the demo's processes the way a user would: {@code mesh control-plane}, and Envoys. */
final class DemoProcesses {
    /** By name, since the main class knows the demo and not the other way round. */
    static final String MAIN = "io.peakmesh.cli.Main";

    private final Path dir;
    private final Shop shop;
    private final Path envoy;
    private final Map<WorkloadName, AdminPlace> told = new ConcurrentHashMap<>();
    private @Nullable Process controlPlane;

    DemoProcesses(Path dir, Shop shop) throws IOException {
        this.dir = dir;
        this.shop = shop;
        this.envoy = EnvoyBinary.find();
        Files.createDirectories(dir.resolve("logs"));
    }

    Path state() {
        return dir.resolve("state");
    }

    void startControlPlane() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(MAIN);
        command.add("control-plane");
        command.add("--source=" + dir.resolve("mesh"));
        command.add("--state=" + state());
        command.add("--xds=" + shop.controlPlane() + ":" + Shop.XDS_PORT);
        controlPlane =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log("control-plane"))
                        .start();
    }

    /** Whether it serves; throws CliException if it has ended. */
    boolean ready() throws IOException {
        Process process = controlPlane;
        if (process == null || !process.isAlive()) {
            List<String> lines = Files.readAllLines(log("control-plane").file().toPath());
            throw new CliException(
                    "the control plane ended: " + (lines.isEmpty() ? "" : lines.getLast()));
        }
        return Files.exists(state().resolve("admin.json"));
    }

    EnvoyProcess startSidecar(Shop.Instance instance) throws IOException {
        WorkloadName workload = new WorkloadName(Shop.NAMESPACE, instance.pod());
        EnvoyProcess sidecar =
                EnvoyProcess.start(
                        envoy,
                        new ProxySpec(
                                workload,
                                shop.controlPlane(),
                                Shop.XDS_PORT,
                                Settings.byDefault().trustDomain(),
                                state().resolve("roots.pem"),
                                state().resolve("tokens")
                                        .resolve(Shop.NAMESPACE)
                                        .resolve(instance.pod()),
                                dir.resolve("sidecars").resolve(instance.pod()),
                                instance.ip(),
                                Shop.ADMIN_PORT,
                                ""),
                        List.of(),
                        dir.resolve("logs").resolve(instance.pod() + ".log"));
        told.put(
                workload,
                AdminPlace.tell(state(), workload, new HostPort(instance.ip(), Shop.ADMIN_PORT)));
        return sidecar;
    }

    private ProcessBuilder.Redirect log(String name) {
        return ProcessBuilder.Redirect.appendTo(
                dir.resolve("logs").resolve(name + ".log").toFile());
    }

    void close() {
        try {
            for (AdminPlace place : told.values()) {
                place.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            stopControlPlane();
        }
    }

    private void stopControlPlane() {
        if (controlPlane != null) {
            Processes.stop(controlPlane);
        }
    }
}
