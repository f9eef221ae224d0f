package io.peakmesh.benchmarks.balancing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The process of the generator: a command a line on standard input, an answer a line on output. */
final class GeneratorProcess {
    private GeneratorProcess() {}

    /** Ends when its input does. */
    public static void main(String[] arguments) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Load load = null;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            List<String> words = List.of(line.split(" ", 5));
            switch (words.getFirst()) {
                case "open" -> {
                    load = open(words);
                    System.out.println("ok");
                }
                case "run" -> {
                    Measurement measurement =
                            opened(load)
                                    .run(
                                            Long.parseLong(words.get(1)),
                                            Integer.parseInt(words.get(2)));
                    measurement.write(Path.of(words.get(3)));
                    System.out.println(measurement.size());
                    System.gc();
                }
                default -> throw new IllegalArgumentException(line);
            }
        }
        System.exit(0);
    }

    private static Load open(List<String> words) throws IOException {
        List<Integer> targets =
                Arrays.stream(words.get(1).split(",", -1)).map(Integer::valueOf).toList();
        long[] moments =
                Schedule.poisson(
                        Integer.parseInt(words.get(2)),
                        Double.parseDouble(words.get(3)),
                        new Random(Long.parseLong(words.get(4))));
        return new Load(targets, moments, System::nanoTime);
    }

    private static Load opened(@Nullable Load load) {
        if (load == null) {
            throw new IllegalStateException("nothing is open");
        }
        return load;
    }
}
