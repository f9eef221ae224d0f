package io.peakmesh.e2e.real;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code mesh} as a user types it: a process of its own.
 *
 * @param saidFile where everything that it says goes
 * @param tmp its folder for temporary files, its own alone
 */
public record MeshCommand(Process process, Path saidFile, Path tmp) implements Closeable {
    public static final String ENVOY = "PEAKMESH_ENVOY";

    /**
     * Starts it.
     *
     * @param dir where what it says and its temporary files go
     * @param number tells it from others of that folder
     */
    public static MeshCommand start(
            Path dir, int number, Map<String, String> environment, List<String> arguments) {
        Path tmp = dir.resolve("tmp-" + number);
        Path said = dir.resolve("said-" + number);
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Djava.io.tmpdir=" + tmp,
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:-UsePerfData",
                                "-cp",
                                System.getProperty("java.class.path", "."),
                                "io.peakmesh.cli.Main"));
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
        builder.environment().putAll(environment);
        try {
            Files.createDirectories(tmp);
            return new MeshCommand(builder.start(), said, tmp);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything that it said so far. */
    public String said() {
        try {
            return Files.readString(saidFile, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its exit code; waits for it. */
    public int exit() {
        return process.onExit().join().exitValue();
    }

    /** Ends it and what it started. */
    @Override
    public void close() {
        List<ProcessHandle> started = process.descendants().toList();
        process.destroyForcibly().onExit().join();
        started.forEach(ProcessHandle::destroyForcibly);
        started.forEach(one -> one.onExit().join());
    }
}
