package io.peakmesh.e2e.real;

import com.fasterxml.jackson.databind.JsonNode;
import io.peakmesh.cli.admin.AdminClient;
import java.io.Closeable;
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
public final class ControlPlane implements Closeable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final List<String> JVM =
            List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-Xms16m",
                    "-Xmx160m",
                    "-Xmn12m",
                    "-XX:MinHeapFreeRatio=10",
                    "-XX:MaxHeapFreeRatio=20",
                    "-Xss512k",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:ReservedCodeCacheSize=32m",
                    "-XX:+UseCompactObjectHeaders",
                    "-XX:TrimNativeHeapInterval=10000",
                    "-XX:-UsePerfData",
                    "-Dio.grpc.netty.shaded.io.netty.allocator.numDirectArenas=1",
                    "-Dio.grpc.netty.shaded.io.netty.allocator.numHeapArenas=0",
                    "-Dio.grpc.netty.shaded.io.netty.allocator.maxOrder=4",
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

    /** Starts it with a folder as its source, and waits until it says that it is ready. */
    static ControlPlane start(
            SourceFolder source, Path state, InetSocketAddress xds, List<String> flags) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--source",
                                source.dir().toString(),
                                "--xds",
                                xds.getAddress().getHostAddress() + ":" + xds.getPort()));
        arguments.addAll(flags);
        return start(state, arguments);
    }

    /**
     * Starts it with whatever source the arguments name, and waits until it says that it is ready.
     *
     * @param state where it keeps its keys; its log goes beside that
     */
    public static ControlPlane start(Path state, List<String> arguments) {
        return start(JVM, state, arguments);
    }

    /**
     * Starts it as {@link #start(Path, List)} does, but by a program: {@code mesh}, the script, as
     * its users do.
     *
     * @param program with its first arguments
     */
    public static ControlPlane startBy(List<String> program, Path state, List<String> arguments) {
        List<String> command = new ArrayList<>(program);
        command.add("control-plane");
        return start(command, state, arguments);
    }

    private static ControlPlane start(List<String> program, Path state, List<String> arguments) {
        Path log = state.resolveSibling("control-plane-" + System.nanoTime() + ".log");
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of("--state", state.toString()));
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("MALLOC_ARENA_MAX", "1");
        try {
            ControlPlane started = new ControlPlane(state, log, builder.start());
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
    public List<String> log() {
        try {
            return Files.readAllLines(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public ProcessHandle process() {
        return process.toHandle();
    }

    /** What its admin interface answers. */
    public JsonNode get(String path) {
        return AdminClient.of(state).get(path);
    }

    public JsonNode post(String path) {
        return AdminClient.of(state).post(path);
    }

    /** Ends it as {@code kill -9} does. */
    public void kill() {
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
