package io.peakmesh.e2e.pods;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * podman's API at the socket that {@code DOCKER_HOST} names, as Testcontainers asks it, with the
 * images that were built. Its images, containers and settings are in a folder of its own, which is
 * gone in the end; root only.
 */
final class Podman implements BeforeAllCallback, AfterAllCallback {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /**
     * crun says here {@code cgroups in hybrid mode not supported}; the usual limits of podman end
     * in {@code setrlimit: Operation not permitted} where root's own are lower.
     */
    private static final String SETTINGS =
            """
            [containers]
            default_ulimits = ["nofile=20000:20000", "nproc=32768:32768"]
            [engine]
            runtime = "runc"
            cgroup_manager = "cgroupfs"
            events_logger = "file"
            """;

    private @Nullable Path folder;
    private @Nullable Process service;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        Path made = Files.createTempDirectory("podman");
        folder = made;
        Files.writeString(made.resolve("containers.conf"), SETTINGS);
        for (Path archive : InstalledMesh.archives()) {
            run("load", "--quiet", "--input", archive.toString());
        }
        String socket = Objects.requireNonNull(System.getenv("DOCKER_HOST"), "see e2e/pom.xml");
        Path file = Path.of(socket.substring("unix://".length()));
        Files.deleteIfExists(file);
        service =
                command("system", "service", "--time=0", socket)
                        .redirectErrorStream(true)
                        .redirectOutput(made.resolve("log").toFile())
                        .start();
        Awaitility.await("podman's socket").atMost(PATIENCE).until(() -> Files.exists(file));
    }

    private ProcessBuilder command(String... words) {
        Path home = Objects.requireNonNull(folder);
        List<String> command = new ArrayList<>(List.of("podman"));
        command.addAll(List.of("--root", home.resolve("storage").toString()));
        command.addAll(List.of("--runroot", home.resolve("run").toString()));
        command.addAll(Arrays.asList(words));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("CONTAINERS_CONF", home.resolve("containers.conf").toString());
        return builder;
    }

    /** Runs {@code podman WORDS}, and returns what it printed. */
    String run(String... words) {
        try {
            Process process = command(words).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(
                        "podman " + String.join(" ", words) + " failed: " + said);
            }
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException("podman is missing: install the package podman", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        Path made = folder;
        if (made == null) {
            return;
        }
        Process running = service;
        if (running != null) {
            run("rm", "--all", "--force", "--time=0");
            running.destroy();
            if (!running.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                running.destroyForcibly();
            }
        }
        run("system", "reset", "--force");
        new ProcessBuilder("rm", "-rf", "--one-file-system", made.toString()).start().waitFor();
        folder = null;
    }
}
