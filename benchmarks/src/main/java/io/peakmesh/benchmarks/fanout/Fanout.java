package io.peakmesh.benchmarks.fanout;

import io.peakmesh.benchmarks.run.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./mesh fanout}: measures, prints the tables and writes them to the results folder. */
@Command(
        name = "mesh fanout",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "What one endpoint change costs with a thousand sidecars, next to a server that only"
                        + " sends bytes.")
public final class Fanout implements Callable<Integer> {
    @Option(
            names = "--streams",
            defaultValue = "1000",
            description = "Sidecars (${DEFAULT-VALUE}).")
    private int streams;

    @Option(
            names = "--services",
            defaultValue = "100",
            description = "Services (${DEFAULT-VALUE}).")
    private int services;

    @Option(
            names = "--endpoints",
            defaultValue = "10",
            description = "Endpoints of each service (${DEFAULT-VALUE}).")
    private int endpoints;

    @Option(
            names = "--uses",
            split = ",",
            description =
                    "How many services a sidecar uses; one profile for each number (all, and 3).")
    private int @Nullable [] uses;

    @Option(
            names = "--changes",
            defaultValue = "100",
            description = "Measured changes a round (${DEFAULT-VALUE}).")
    private int changes;

    @Option(
            names = "--warm-ups",
            defaultValue = "20",
            description = "Changes before those (${DEFAULT-VALUE}).")
    private int warmUps;

    @Option(
            names = "--rounds",
            defaultValue = "3",
            description = "Rounds against each of the two servers (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--control-plane",
            required = true,
            hidden = true,
            description = "The control plane's class path.")
    private String controlPlane = "";

    @Option(names = "--results", required = true, hidden = true, description = "A folder.")
    private Path resultsDir = Path.of("");

    @Option(names = "--revision", defaultValue = "unknown", hidden = true)
    private String revision = "";

    @Option(
            names = "--keep",
            description = "Leaves the work folder (mesh, logs, tokens) in place and names it.")
    private boolean keep;

    private final LongSupplier nanos = System::nanoTime;
    private final InstantSource clock = InstantSource.system();
    private final RandomGenerator random = RandomGenerator.getDefault();
    private int started;

    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new Fanout());
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
        Path work = Files.createTempDirectory("peakmesh-fanout-");
        Thread cleanUp = new Thread(() -> delete(work), "clean up");
        if (!keep) {
            Runtime.getRuntime().addShutdownHook(cleanUp);
        }
        say("work folder " + work + (keep ? " (kept)" : ""));
        List<String> load = new ArrayList<>();
        load.add(Machine.load());
        List<Results> profiles = new ArrayList<>();
        int[] numbers = uses == null ? new int[] {services, Math.min(3, services)} : uses;
        for (int used : numbers) {
            profiles.add(profile(new Plan(streams, services, endpoints, used), work));
            System.out.println();
            System.out.println(Table.of(profiles.getLast()));
        }
        load.add(Machine.load());
        String date = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).toString();
        Report report =
                new Report(
                        date, revision, Machine.here(), load, rounds, warmUps, changes, profiles);
        Files.createDirectories(resultsDir);
        Path text = resultsDir.resolve(date + "-fanout.md");
        Files.writeString(text, report.markdown());
        Files.writeString(resultsDir.resolve(date + "-fanout.json"), report.json());
        say("written: " + text + " and .json");
        return 0;
    }

    private Results profile(Plan plan, Path work) throws IOException, InterruptedException {
        say(
                "%d streams, %d services x %d endpoints, each sidecar uses %d"
                        .formatted(plan.streams(), services, endpoints, plan.uses()));
        Results results = new Results(plan);
        Recording recording = new Recording();
        say("  records what the floor server is to send");
        controlPlaneRound(plan, work, 0, warmUps + Recording.PUSHES, recording);
        for (int round = 1; round <= rounds; round++) {
            results.controlPlane().add(controlPlaneRound(plan, work, warmUps, changes, null));
            tell("control plane", round, results.controlPlane().getLast());
            results.floor().add(floorRound(plan, work, recording));
            tell("floor        ", round, results.floor().getLast());
        }
        return results;
    }

    private Map<Metric, Double> controlPlaneRound(
            Plan plan, Path work, int before, int measured, @Nullable Recording recording)
            throws IOException, InterruptedException {
        long start = nanos.getAsLong();
        Path dir = Files.createDirectory(work.resolve("control-plane-" + ++started));
        try (ControlPlane server = new ControlPlane(plan, dir, controlPlane, nanos)) {
            double startMillis = (nanos.getAsLong() - start) / 1e6;
            return run(server, plan, before, measured, startMillis, recording);
        }
    }

    private Map<Metric, Double> floorRound(Plan plan, Path work, Recording recording)
            throws IOException, InterruptedException {
        long start = nanos.getAsLong();
        Path dir = Files.createDirectory(work.resolve("floor-" + ++started));
        String classPath = System.getProperty("java.class.path");
        try (Floor server = new Floor(plan, dir, classPath, recording, nanos, clock.instant())) {
            double startMillis = (nanos.getAsLong() - start) / 1e6;
            return run(server, plan, warmUps, changes, startMillis, null);
        }
    }

    private Map<Metric, Double> run(
            Server server,
            Plan plan,
            int before,
            int measured,
            double startMillis,
            @Nullable Recording recording)
            throws IOException, InterruptedException {
        try {
            return new Round(
                            server,
                            plan.streams(),
                            before,
                            measured,
                            nanos,
                            text -> say("    " + text))
                    .run(startMillis, random, recording);
        } catch (IllegalStateException failed) {
            say("the server's last lines:\n" + server.child().lastLines());
            throw failed;
        }
    }

    private void tell(String server, int round, Map<Metric, Double> figures) {
        say(
                "  %s %d/%d: connected in %.0f ms, change p50 %.1f p99 %.1f ms, %.1f ms CPU, %.0f MB"
                        .formatted(
                                server,
                                round,
                                rounds,
                                figures.get(Metric.CONNECT),
                                figures.get(Metric.ALL_P50),
                                figures.get(Metric.ALL_P99),
                                figures.get(Metric.CHANGE_CPU),
                                figures.get(Metric.RSS_END)));
    }

    private static void say(@Nullable String text) {
        System.err.println("fanout: " + text);
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
