package io.peakmesh.benchmarks.balancing;

import io.peakmesh.benchmarks.run.Child;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A JVM of the benchmark's own, which answers each line with one. */
final class Worker implements AutoCloseable {
    /**
     * The quick compiler only, and a young generation that lasts longer than a measurement: a
     * collection is asked for between two.
     */
    private static final List<String> FLAGS =
            List.of(
                    "-XX:+UseSerialGC",
                    "-Xms512m",
                    "-Xmx512m",
                    "-Xmn384m",
                    "-XX:+AlwaysPreTouch",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:-UsePerfData",
                    "-Xshare:auto");

    private final String name;
    private final Child child;
    private final BufferedReader answers;

    Worker(String name, Class<?> main, Path log) throws IOException {
        this.name = name;
        this.child =
                Child.answering(
                        name,
                        log,
                        Child.java(
                                FLAGS,
                                System.getProperty("java.class.path"),
                                List.of(main.getName())));
        this.answers =
                new BufferedReader(new InputStreamReader(child.output(), StandardCharsets.UTF_8));
    }

    /** Throws IllegalStateException with its last lines if it ends instead of answering. */
    String ask(String command) throws IOException {
        OutputStream in = child.input();
        in.write((command + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IllegalStateException(name + " ended:\n" + child.lastLines());
        }
        return answer;
    }

    @Override
    public void close() {
        child.close();
    }
}
