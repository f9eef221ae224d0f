package io.peakmesh.e2e.real;

import com.fasterxml.jackson.databind.JsonNode;
import io.peakmesh.cli.admin.AdminClient;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** {@code mesh control-plane} as a process of its own, with the JVM flags of the entry script. */
final class ControlPlane implements Closeable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final List<String> JVM =
            List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-Xms16m",
                    "-Xmx160m",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseCompactObjectHeaders",
                    "--sun-misc-unsafe-memory-access=allow",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path", "."),
                    "io.peakmesh.cli.Main",
                    "control-plane");

    private final Path state;
    private final Path log;
    private final Process process;

    private ControlPlane(Path state, Path log, Process process) {
        this.state = state;
        this.log = log;
        this.process = process;
    }

    /** Starts it and waits until it says that it is ready. */
    static ControlPlane start(
            SourceFolder source, Path state, InetSocketAddress xds, List<String> flags) {
        Path log = state.resolveSibling("control-plane-" + System.nanoTime() + ".log");
        List<String> command = new ArrayList<>(JVM);
        command.addAll(
                List.of(
                        "--source",
                        source.dir().toString(),
                        "--state",
                        state.toString(),
                        "--xds",
                        xds.getAddress().getHostAddress() + ":" + xds.getPort()));
        command.addAll(flags);
        try {
            File output = log.toFile();
            ControlPlane started =
                    new ControlPlane(
                            state,
                            log,
                            new ProcessBuilder(command)
                                    .redirectErrorStream(true)
                                    .redirectOutput(output)
                                    .start());
            started.awaitReady();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitReady() {
        try {
            Awaitility.await("the control plane is ready")
                    .atMost(START)
                    .pollInterval(Duration.ofMillis(50))
                    .failFast("it ended", () -> !process.isAlive())
                    .until(() -> log().stream().anyMatch(line -> line.contains("ready")));
        } catch (RuntimeException e) {
            close();
            throw new IllegalStateException(String.join("\n", log()), e);
        }
    }

    /** All that it said so far. */
    List<String> log() {
        try {
            return Files.readAllLines(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode get(String path) {
        return AdminClient.of(state).get(path);
    }

    JsonNode post(String path) {
        return AdminClient.of(state).post(path);
    }

    /** Ends it as {@code kill -9} does. */
    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (process.waitFor(10, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        kill();
    }
}
