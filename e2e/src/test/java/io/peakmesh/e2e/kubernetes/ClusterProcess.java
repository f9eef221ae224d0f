package io.peakmesh.e2e.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one of the scripts in {@code e2e/cluster} starts in a folder of its own, from its {@code up}
 * to its {@code down}; ended as well when this JVM ends, or is killed.
 */
public final class ClusterProcess {
    private static final String NAMESPACE_MARK = "PEAKMESH_TEST_NAMESPACE";
    private static final int QUOTED_LINES = 25;

    private final String script;
    private final Thread onExit = new Thread(this::end);
    private @Nullable Path dir;
    private @Nullable Process watch;

    /** Nothing runs yet. {@code script} is the name of a file in {@code e2e/cluster}. */
    public ClusterProcess(String script) {
        this.script = Path.of(System.getProperty("basedir", "."), "cluster", script).toString();
    }

    /** Starts it; returns when it is at work, else throws and leaves nothing. */
    public void start(Map<String, String> environment) {
        if (System.getenv(NAMESPACE_MARK) == null) {
            throw new IllegalStateException(
                    "Tests of Kubernetes run in a network namespace of their own:"
                            + " use ./mesh e2e, or e2e/cluster/bin/java as their JVM");
        }
        try {
            dir = Files.createTempDirectory("peakmesh-cluster-");
            Runtime.getRuntime().addShutdownHook(onExit);
            watch = watch();
            run(environment, "up");
        } catch (IOException e) {
            close();
            throw new UncheckedIOException("the cluster did not start", e);
        } catch (RuntimeException e) {
            close();
            throw new IllegalStateException("the cluster did not start", e);
        }
    }

    /** Ends the cluster after this JVM, should that be killed. */
    private Process watch() throws IOException {
        return new ProcessBuilder(
                        script, "watch", dir().toString(), "" + ProcessHandle.current().pid())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Runs a command of the script; throws IllegalStateException with its words if it fails. */
    public Said run(String command, String... words) {
        return run(Map.of(), command, words);
    }

    private Said run(Map<String, String> environment, String command, String... words) {
        List<String> line = new ArrayList<>(List.of(script, command, dir().toString()));
        line.addAll(List.of(words));
        return Said.by(line, environment, "").orThrow();
    }

    /** Its folder; throws IllegalStateException if it is not started. */
    public Path dir() {
        if (dir == null) {
            throw new IllegalStateException("the cluster is not started");
        }
        return dir;
    }

    /** Whether it was started and not ended yet. */
    public boolean runs() {
        return dir != null;
    }

    /** The end of each log. */
    public String logs(List<String> parts) {
        StringBuilder said = new StringBuilder("the cluster's logs end with:\n");
        for (String part : parts) {
            said.append("--- ").append(part).append('\n');
            try {
                List<String> lines = Files.readAllLines(dir().resolve(part + ".log"));
                lines.subList(Math.max(0, lines.size() - QUOTED_LINES), lines.size())
                        .forEach(line -> said.append(line).append('\n'));
            } catch (IOException absent) {
                said.append("no log: ").append(absent.getMessage()).append('\n');
            }
        }
        return said.toString();
    }

    /** Ends it and deletes its folder. */
    public void close() {
        Runtime.getRuntime().removeShutdownHook(onExit);
        end();
    }

    private void end() {
        if (watch != null) {
            watch.destroyForcibly().onExit().join();
            watch = null;
        }
        if (dir != null) {
            run("down");
            Trash.remove(dir);
            dir = null;
        }
    }
}
