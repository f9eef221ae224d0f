package io.peakmesh.benchmarks.pick;

import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs the benchmarks of this package with JMH's allocation profiler and prints its table: {@code
 * java -cp 'benchmarks/target/classes:benchmarks/target/lib/*'
 * io.peakmesh.benchmarks.pick.PickBenchmark [pattern]}.
 */
public final class PickBenchmark {
    private PickBenchmark() {}

    /** Runs those whose name matches the first argument, or all. */
    public static void main(String[] args) throws RunnerException {
        String pattern = args.length > 0 ? args[0] : "io.peakmesh.benchmarks.pick";
        int results =
                new Runner(
                                new OptionsBuilder()
                                        .include(pattern)
                                        .addProfiler(GCProfiler.class)
                                        .jvmArgsAppend("-Xms256m", "-Xmx256m")
                                        .build())
                        .run()
                        .size();
        if (results == 0) {
            throw new IllegalArgumentException("nothing matches " + pattern);
        }
    }
}
