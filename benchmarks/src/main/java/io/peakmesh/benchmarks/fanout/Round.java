package io.peakmesh.benchmarks.fanout;

import io.peakmesh.benchmarks.run.Child;
import io.peakmesh.benchmarks.run.Percentiles;
import io.peakmesh.benchmarks.run.Usage;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One round against one server: connect, warm up, then change after change, each begun a little
 * after the one before has reached its last stream.
 */
final class Round {
    private static final int CONNECT_SECONDS = 300;
    private static final int SETTLE_MILLIS = 3_000;
    static final int BETWEEN_MILLIS = 50;
    private static final double KB_PER_MB = 1024;

    private final Server server;
    private final int streams;
    private final int warmUps;
    private final int changes;
    private final LongSupplier nanos;
    private final Consumer<String> notes;
    private final Map<Metric, Double> figures = new EnumMap<>(Metric.class);

    /**
     * @param warmUps changes that are made but not measured
     * @param notes told what happened that was not asked for
     */
    Round(
            Server server,
            int streams,
            int warmUps,
            int changes,
            LongSupplier nanos,
            Consumer<String> notes) {
        this.server = server;
        this.streams = streams;
        this.warmUps = warmUps;
        this.changes = changes;
        this.nanos = nanos;
        this.notes = notes;
    }

    /** Runs it; {@code startMillis} is how long the server took to start. */
    Map<Metric, Double> run(
            double startMillis, RandomGenerator random, @Nullable Recording recording)
            throws IOException, InterruptedException {
        Child child = server.child();
        figures.put(Metric.START, startMillis);
        child.pause(SETTLE_MILLIS);
        Usage idle = child.usage();
        memory(idle, Metric.RSS_IDLE, Metric.ANON_IDLE);
        try (Fleet fleet =
                new Fleet(streams, server.target(), server::role, nanos, random, recording)) {
            connect(fleet, idle);
            for (int i = 0; i < warmUps; i++) {
                change(fleet, i);
                child.pause(BETWEEN_MILLIS);
            }
            changes(fleet);
            Usage end = child.usage();
            memory(end, Metric.RSS_END, Metric.ANON_END);
            figures.put(Metric.RSS_PEAK, end.peakKb() / KB_PER_MB);
            figures.put(
                    Metric.REOPENED,
                    (double) fleet.reopened().values().stream().mapToLong(n -> n).sum());
            fleet.reopened()
                    .forEach((why, times) ->
                            notes.accept(times + " streams opened again after: " + why));
            long diverged = fleet.diverged();
            if (diverged > 0) {
                throw new IllegalStateException(
                        "after the last change " + diverged + " streams hold another version");
            }
        }
        return figures;
    }

    private void connect(Fleet fleet, Usage before) throws IOException, InterruptedException {
        long took = fleet.connect(CONNECT_SECONDS);
        long bytes = fleet.bytes();
        server.child().pause(200);
        Usage connected = server.child().usage();
        figures.put(Metric.CONNECT, took / 1e6);
        figures.put(Metric.CONNECT_BYTES, (double) bytes / streams);
        figures.put(Metric.CONNECT_CPU, (double) connected.cpuMillis() - before.cpuMillis());
        server.child().pause(SETTLE_MILLIS);
        Usage settled = server.child().usage();
        memory(settled, Metric.RSS_CONNECTED, Metric.ANON_CONNECTED);
        server.child().pause(SETTLE_MILLIS);
        figures.put(
                Metric.IDLE_CPU,
                (server.child().usage().cpuMillis() - settled.cpuMillis()) / (SETTLE_MILLIS / 1e3));
    }

    private void changes(Fleet fleet) throws IOException, InterruptedException {
        long bytes = fleet.bytes();
        long messages = fleet.messages();
        long cpu = server.child().usage().cpuMillis();
        long clientCpu = clientCpuMillis();
        double[] last = new double[changes];
        double[][] each = new double[changes][];
        long recipients = 0;
        for (int i = 0; i < changes; i++) {
            each[i] = change(fleet, warmUps + i);
            last[i] = Arrays.stream(each[i]).max().orElse(0);
            recipients += each[i].length;
            server.child().pause(BETWEEN_MILLIS);
        }
        figures.put(
                Metric.CHANGE_CPU, (server.child().usage().cpuMillis() - cpu) / (double) changes);
        figures.put(Metric.CLIENT_CPU, (clientCpuMillis() - clientCpu) / (double) changes);
        figures.put(Metric.CHANGE_BYTES, (fleet.bytes() - bytes) / (double) changes);
        figures.put(Metric.RESPONSES, (fleet.messages() - messages) / (double) changes);
        figures.put(Metric.RECIPIENTS, recipients / (double) changes);
        Percentiles all = new Percentiles(last);
        figures.put(Metric.ALL_P50, all.at(50));
        figures.put(Metric.ALL_P99, all.at(99));
        Percentiles one =
                new Percentiles(Arrays.stream(each).flatMapToDouble(Arrays::stream).toArray());
        figures.put(Metric.ONE_P50, one.at(50));
        figures.put(Metric.ONE_P99, one.at(99));
    }

    /** Makes one change and returns the milliseconds until each stream had it. */
    private double[] change(Fleet fleet, int number) throws IOException, InterruptedException {
        Server.Change change = server.change(number);
        Arrivals arrivals = fleet.expect(change.service(), change.recipients());
        long moment = server.apply(number);
        fleet.await(arrivals);
        return arrivals.millisSince(moment);
    }

    private static long clientCpuMillis() throws IOException {
        return Usage.of(ProcessHandle.current().pid()).cpuMillis();
    }

    private void memory(Usage usage, Metric rss, Metric anon) {
        figures.put(rss, usage.rssKb() / KB_PER_MB);
        figures.put(anon, usage.anonKb() / KB_PER_MB);
    }
}
