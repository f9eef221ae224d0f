package io.peakmesh.benchmarks.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of its own, which ends with this one. */
public final class Child implements AutoCloseable {
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

    /** Starts a command; what it prints goes to {@code log}. */
    public static Child start(String name, Path log, ProcessBuilder command) throws IOException {
        command.redirectErrorStream(true).redirectOutput(Redirect.to(log.toFile()));
        return new Child(name, command.start(), log);
    }

    /** Starts a command that answers on its standard output; its errors go to {@code log}. */
    public static Child answering(String name, Path log, ProcessBuilder command)
            throws IOException {
        return new Child(name, command.redirectError(Redirect.to(log.toFile())).start(), log);
    }

    /** The command that runs {@code arguments} (a class and its arguments) in a JVM like this. */
    public static ProcessBuilder java(
            List<String> flags, String classPath, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.add("-cp");
        command.add(classPath);
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("MALLOC_ARENA_MAX", "1");
        return builder;
    }

    public Usage usage() throws IOException {
        return Usage.of(process.pid());
    }

    public OutputStream input() {
        return process.getOutputStream();
    }

    /** What one that was started as {@linkplain #answering answering} says. */
    public InputStream output() {
        return process.getInputStream();
    }

    /**
     * Lets {@code millis} pass. Throws IllegalStateException with its last lines if the process has
     * ended.
     */
    public void pause(long millis) throws InterruptedException, IOException {
        if (process.waitFor(millis, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException(
                    name + " ended with " + process.exitValue() + ":\n" + lastLines());
        }
    }

    public String lastLines() throws IOException {
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
