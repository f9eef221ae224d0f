package io.peakmesh.benchmarks.fanout;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own, which ends with this one. */
final class Child implements AutoCloseable {
    private static final int STOP_SECONDS = 10;
    private static final int LAST_LINES = 15;

    private final String name;
    private final Process process;
    private final Path log;
    private final Thread onExit;

    private Child(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.onExit = new Thread(process::destroyForcibly, "stop " + name);
        Runtime.getRuntime().addShutdownHook(onExit);
    }

    /** Starts {@code java} with the control plane's flags; what it prints goes to {@code log}. */
    static Child java(String name, Path log, String classPath, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ServerFlags.FLAGS);
        command.add("-cp");
        command.add(classPath);
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(Redirect.to(log.toFile()));
        builder.environment().put("MALLOC_ARENA_MAX", "1");
        return new Child(name, builder.start(), log);
    }

    Usage usage() throws IOException {
        return Usage.of(process.pid());
    }

    OutputStream input() {
        return process.getOutputStream();
    }

    /**
     * Lets {@code millis} pass. Throws IllegalStateException with its last lines if the server has
     * ended.
     */
    void pause(long millis) throws InterruptedException, IOException {
        if (process.waitFor(millis, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException(
                    name + " ended with " + process.exitValue() + ":\n" + lastLines());
        }
    }

    String lastLines() throws IOException {
        List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
        return String.join(
                "\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(onExit);
        } catch (IllegalStateException already) {
            return;
        }
    }
}
