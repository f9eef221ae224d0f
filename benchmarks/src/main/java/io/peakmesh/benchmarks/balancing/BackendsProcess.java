package io.peakmesh.benchmarks.balancing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The process of the backends: a command a line on standard input, an answer a line on output. */
final class BackendsProcess {
    private BackendsProcess() {}

    /** Ends when its input does. */
    public static void main(String[] arguments) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Replicas replicas = null;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            List<String> words = List.of(line.split(" ", -1));
            switch (words.getFirst()) {
                case "open" -> {
                    replicas = open(words);
                    System.out.println(joined(replicas.ports()));
                }
                case "start" -> {
                    running(replicas).startAt(Long.parseLong(words.get(1)));
                    System.out.println("ok");
                }
                case "close" -> {
                    running(replicas).close();
                    System.out.println(joined(running(replicas).requests()));
                    System.gc();
                }
                default -> throw new IllegalArgumentException(line);
            }
        }
        System.exit(0);
    }

    private static Replicas open(List<String> words) throws IOException {
        int seconds = Integer.parseInt(words.get(2));
        Scenario scenario = Catalogue.named(words.get(1), Optional.of(seconds)).orElseThrow();
        return new Replicas(scenario, Long.parseLong(words.get(3)), System::nanoTime);
    }

    private static Replicas running(@Nullable Replicas replicas) {
        if (replicas == null) {
            throw new IllegalStateException("no backends are open");
        }
        return replicas;
    }

    private static String joined(List<? extends Number> numbers) {
        return numbers.stream().map(Object::toString).collect(Collectors.joining(","));
    }
}
