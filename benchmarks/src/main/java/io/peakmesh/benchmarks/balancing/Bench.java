package io.peakmesh.benchmarks.balancing;

import io.peakmesh.model.Balancing;
import io.peakmesh.peakewma.module.PeakEwmaModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** The two processes that last all through a run, and the Envoys that last for one measurement. */
final class Bench implements AutoCloseable {
    /** Between the last preparation and the start of a measurement. */
    private static final long AHEAD_NANOS = 150_000_000;

    private static final int DRAIN_MILLIS = 3_000;

    private final Path envoy;
    private final Path modules;
    private final Path work;
    private final Balancing.PeakEwma settings;
    private final LongSupplier nanos;
    private final RandomGenerator random;
    private final Worker backends;
    private final Worker generator;

    /**
     * @param envoy a stock Envoy
     * @param work for configurations, logs and measurements; stays behind
     * @throws IllegalStateException if there is no Peak-EWMA module for this machine
     */
    Bench(
            Path envoy,
            Path work,
            Balancing.PeakEwma settings,
            LongSupplier nanos,
            RandomGenerator random)
            throws IOException {
        this.envoy = envoy;
        this.work = work;
        this.modules = Files.createDirectory(work.resolve("modules"));
        module().copyTo(modules);
        this.settings = settings;
        this.nanos = nanos;
        this.random = random;
        this.backends =
                new Worker("the backends", BackendsProcess.class, work.resolve("backends.log"));
        this.generator =
                new Worker("the generator", GeneratorProcess.class, work.resolve("generator.log"));
    }

    private static PeakEwmaModule module() {
        return PeakEwmaModule.forMachine(
                        System.getProperty("os.name"), System.getProperty("os.arch"))
                .orElseThrow(
                        () -> new IllegalStateException("there is no module for this machine"));
    }

    /**
     * Measures one policy in one scenario.
     *
     * @param seed of the backends and the schedule: with the same one, policies get the same
     */
    Measurement measure(Scenario scenario, Policy policy, long seed, String name)
            throws IOException, InterruptedException {
        Path dir = Files.createDirectory(work.resolve(name));
        List<Integer> ports =
                numbers(
                        backends.ask(
                                "open %s %d %d"
                                        .formatted(scenario.name(), scenario.seconds(), seed)));
        List<Sidecar> sidecars = new ArrayList<>();
        try {
            if (policy != Policy.NO_PROXY) {
                EnvoyConfig config = new EnvoyConfig(scenario, policy, settings);
                for (int client = 0; client < scenario.clients(); client++) {
                    int port = Ports.free(random);
                    sidecars.add(
                            Sidecar.start(
                                    envoy, modules, config.bootstrap(ports, port), port, dir));
                }
            }
            List<Integer> targets =
                    sidecars.isEmpty() ? ports : sidecars.stream().map(Sidecar::port).toList();
            return load(scenario, targets, seed, dir);
        } catch (IllegalStateException failed) {
            for (Sidecar sidecar : sidecars) {
                sidecar.check();
            }
            throw failed;
        } finally {
            sidecars.forEach(Sidecar::close);
            backends.ask("close");
        }
    }

    private Measurement load(Scenario scenario, List<Integer> targets, long seed, Path dir)
            throws IOException {
        generator.ask(
                "open %s %d %d %d"
                        .formatted(
                                targets.stream()
                                        .map(Object::toString)
                                        .collect(Collectors.joining(",")),
                                scenario.rps(),
                                scenario.seconds(),
                                seed));
        long base = nanos.getAsLong() + AHEAD_NANOS;
        backends.ask("start " + base);
        Path file = dir.resolve("requests");
        generator.ask("run %d %d %s".formatted(base, DRAIN_MILLIS, file));
        return Measurement.read(file);
    }

    private static List<Integer> numbers(String joined) {
        return Arrays.stream(joined.split(",", -1)).map(Integer::valueOf).toList();
    }

    @Override
    public void close() {
        generator.close();
        backends.close();
    }
}
