package io.peakmesh.benchmarks.pick;

import io.peakmesh.peakewma.Balancer;
import io.peakmesh.peakewma.Candidate;
import io.peakmesh.peakewma.Endpoint;
import io.peakmesh.peakewma.PeakEwmaConfig;
import io.peakmesh.peakewma.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The core alone: a choice, a choice with its event, and an answer, at a time that goes on. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class CorePick {
    private record Host(Endpoint endpoint, int outstanding, Place place) implements Candidate {}

    /** Endpoints to choose from. */
    @Param({"3", "100", "10000"})
    public int hosts = 3;

    private final SplittableRandom random = new SplittableRandom(1);
    private List<Host> all = List.of();
    private Balancer<Host> balancer = new Balancer<>(PeakEwmaConfig.DEFAULT, all);
    private long now;

    /** For JMH. */
    public CorePick() {}

    /** Makes endpoints of which each has answered and some have requests outstanding. */
    @Setup
    public void prepare() {
        List<Host> made = new ArrayList<>();
        for (int index = 0; index < hosts; index++) {
            Endpoint endpoint = new Endpoint(PeakEwmaConfig.DEFAULT);
            endpoint.picked(0, 0);
            endpoint.answered(0, 1_000_000L + random.nextInt(50_000_000));
            endpoint.picked(0, 0);
            made.add(new Host(endpoint, random.nextInt(4), Place.DEFAULT));
        }
        all = List.copyOf(made);
        balancer = new Balancer<>(PeakEwmaConfig.DEFAULT, all);
    }

    /** A choice. */
    @Benchmark
    public @Nullable Object choose() {
        now += 100;
        return balancer.choose(now, random, _ -> false);
    }

    /** A choice, and the event that follows it. */
    @Benchmark
    public @Nullable Object chooseAndTell() {
        now += 100;
        Host chosen = balancer.choose(now, random, _ -> false);
        if (chosen != null) {
            chosen.endpoint().picked(now, chosen.outstanding());
        }
        return chosen;
    }

    /** An answer. */
    @Benchmark
    public void answer() {
        now += 100;
        all.get(random.nextInt(hosts)).endpoint().answered(now, 1_000_000);
    }
}
