package io.peakmesh.benchmarks.balancing;

import io.peakmesh.benchmarks.run.Machine;
import io.peakmesh.model.Balancing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./mesh balancing}: measures, prints the tables and writes them to the results folder. */
@Command(
        name = "mesh balancing",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "What Peak-EWMA is worth beside round robin, random and least-request, on stock"
                        + " Envoys.")
public final class BalancingBenchmark implements Callable<Integer> {
    private static final List<String> QUICK =
            List.of(
                    Catalogue.EQUAL,
                    Catalogue.SLOW,
                    Catalogue.STALLS,
                    Catalogue.REFUSES,
                    Catalogue.HANGS,
                    Catalogue.FAILS);
    private static final int QUICK_SECONDS = 2;

    @Option(
            names = "--quick",
            description = "The main scenarios once for 2 s each: under two minutes.")
    private boolean quick;

    @Option(names = "--scenario", split = ",", description = "Only these; a wrong name lists all.")
    private List<String> names = List.of();

    @Option(names = "--policy", split = ",", description = "Only these: ${COMPLETION-CANDIDATES}.")
    private List<Policy> policies = List.of();

    @Option(names = "--seconds", description = "Of load a measurement (each scenario's own).")
    private @Nullable Integer seconds;

    @Option(names = "--rounds", description = "Rounds (3; 1 with --quick).")
    private @Nullable Integer rounds;

    @Option(names = "--seed", defaultValue = "1", description = "Of all chance (${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--decay", description = "Peak-EWMA's decay in ms, if not its default.")
    private @Nullable Integer decayMillis;

    @Option(
            names = "--keep",
            description = "Leaves the work folder (configurations, logs, each request) in place.")
    private boolean keep;

    @Option(names = "--envoy", required = true, hidden = true)
    private Path envoy = Path.of("");

    @Option(names = "--results", required = true, hidden = true, description = "Of whole runs.")
    private Path resultsDir = Path.of("");

    @Option(names = "--scratch", required = true, hidden = true, description = "Of other runs.")
    private Path scratchDir = Path.of("");

    @Option(names = "--revision", defaultValue = "unknown", hidden = true)
    private String revision = "";

    private final InstantSource clock = InstantSource.system();

    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new BalancingBenchmark());
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (!(failure instanceof IllegalStateException)) {
                throw failure;
            }
            say(failure.getMessage());
            return 1;
        });
        System.exit(line.execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Run run = new Run(scenarios(), rounds(), seed, this::wanted);
        List<Run.Step> steps = run.steps();
        say(
                "%d measurements, about %.0f minutes"
                        .formatted(steps.size(), Math.ceil(Run.estimateSeconds(steps) / 60)));
        Path work = Files.createTempDirectory("peakmesh-balancing-");
        if (keep) {
            say("work folder " + work + " (kept)");
        } else {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(work), "clean up"));
        }
        List<String> load = new ArrayList<>();
        load.add(Machine.load());
        Instant start = clock.instant();
        List<Results> results;
        try (Bench bench =
                new Bench(
                        envoy, work, settings(), System::nanoTime, RandomGenerator.getDefault())) {
            results = run.all(bench, BalancingBenchmark::say);
        }
        load.add(Machine.load());
        say("took %d s".formatted(Duration.between(start, clock.instant()).toSeconds()));
        write(results, load);
        return 0;
    }

    private List<Scenario> scenarios() {
        Optional<Integer> length =
                seconds != null
                        ? Optional.of(seconds)
                        : quick ? Optional.of(QUICK_SECONDS) : Optional.empty();
        List<String> chosen = !names.isEmpty() ? names : quick ? QUICK : Catalogue.names();
        return chosen.stream()
                .map(name ->
                        Catalogue.named(name, length)
                                .orElseThrow(() ->
                                        new IllegalStateException(
                                                "no scenario "
                                                        + name
                                                        + "; there are "
                                                        + Catalogue.names())))
                .toList();
    }

    private int rounds() {
        return rounds != null ? rounds : quick ? 1 : 3;
    }

    /** Else it is a try, which does not go to the results. */
    private boolean whole() {
        return !quick
                && names.isEmpty()
                && policies.isEmpty()
                && seconds == null
                && decayMillis == null;
    }

    private boolean wanted(Policy policy) {
        return policies.isEmpty() || policies.contains(policy);
    }

    private Balancing.PeakEwma settings() {
        Balancing.PeakEwma byDefault = Balancing.PeakEwma.DEFAULT;
        return decayMillis == null
                ? byDefault
                : new Balancing.PeakEwma(
                        decayMillis,
                        byDefault.defaultRttMillis(),
                        byDefault.failurePenaltyMillis(),
                        byDefault.errorPenaltyMillis(),
                        byDefault.maxRetryAfterMillis());
    }

    private void write(List<Results> results, List<String> load) throws IOException {
        Path dir = whole() ? resultsDir : scratchDir;
        String name = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC) + "-balancing";
        Report report =
                new Report(
                        name.substring(0, name.indexOf("-balancing")),
                        revision,
                        Machine.here(),
                        load,
                        whole(),
                        rounds(),
                        seed,
                        settings(),
                        name + ".svg",
                        results);
        Files.createDirectories(dir);
        Files.writeString(dir.resolve(name + ".md"), report.markdown());
        Files.writeString(dir.resolve(name + ".json"), report.json());
        Files.writeString(dir.resolve(name + ".svg"), Plot.of(results));
        System.out.println(report.markdown());
        say("written: " + dir.resolve(name + ".md") + ", .json and .svg");
    }

    private static void say(@Nullable String text) {
        System.err.println("balancing: " + text);
    }

    private static void delete(Path dir) {
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            say("could not delete " + dir + ": " + e.getMessage());
        }
    }
}
