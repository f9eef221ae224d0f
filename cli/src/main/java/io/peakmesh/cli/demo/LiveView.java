package io.peakmesh.cli.demo;

import io.peakmesh.cli.terminal.Table;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The picture that {@code mesh demo} shows while it runs: golden metrics of every service and who
 * talks to whom, all read from the sidecars, and what the walk is doing.
 */
final class LiveView {
    private static final Pattern CALL =
            Pattern.compile(
                    "cluster\\.(?:svc|local)\\|[^/|]+/([^|]+)\\|[0-9]+\\."
                            + "(upstream_rq_total|upstream_cx_total|ssl\\.handshake)");

    /** Envoy merges its histograms every 5 seconds; a window of two merges is never empty. */
    private static final int WINDOW = 10;

    private static final String CLEAR = "\u001b[H\u001b[2J";

    private final Scene scene;
    private final Path work;
    private final PrintWriter out;
    private final boolean terminal = isTerminal();
    private final Map<String, Deque<Sample>> history = new TreeMap<>();
    private final List<String> events = new ArrayList<>();

    private final Deque<Long> frames = new ArrayDeque<>();

    /** What the rates and latencies are taken over: at most {@value #WINDOW} frames. */
    private double seconds = 1;

    LiveView(Scene scene, Path work, PrintWriter out) {
        this.scene = scene;
        this.work = work;
        this.out = out;
    }

    /** Null by its type, though no longer since JDK 22. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /** Runs the walk beside the picture, then stays until the thread is interrupted. */
    void run() throws InterruptedException {
        Thread walk = Thread.ofVirtual().start(this::walk);
        HandEdits edits = new HandEdits(scene, work, this::event);
        long millis = terminal ? 1_000 : 5_000;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                if (!walk.isAlive()) {
                    edits.poll();
                }
                String frame = frame();
                out.print(terminal ? CLEAR + frame : frame);
                out.flush();
                Thread.sleep(millis);
            }
        } finally {
            walk.interrupt();
        }
    }

    private void walk() {
        try {
            Thread.sleep(3_000);
            new Walk(scene, this::event)
                    .all(step -> {
                        event(
                                (step.held() ? "√ " : "× ")
                                        + step.name()
                                        + " "
                                        + (step.held() ? step.headline() : step.why()));
                        pause();
                    });
            event("the walk is over; now edit the files yourself (Ctrl-C ends the demo)");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            event("× the walk ended: " + e.getMessage());
        }
    }

    /** Time to read what a step did. */
    private static void pause() {
        try {
            Thread.sleep(4_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void event(String line) {
        synchronized (events) {
            events.add(line);
            if (events.size() > 12) {
                events.removeFirst();
            }
        }
    }

    private String frame() throws InterruptedException {
        frames.add(System.nanoTime());
        if (frames.size() > WINDOW + 1) {
            frames.remove();
        }
        seconds = Math.max(0.001, (frames.getLast() - frames.getFirst()) / 1e9);
        Map<String, Integer> up = new LinkedHashMap<>();
        Map<String, Integer> all = new LinkedHashMap<>();
        Map<String, Sample> added = new LinkedHashMap<>();
        SortedMap<String, SortedMap<String, Long>> calls = new TreeMap<>();
        for (Shop.Instance instance : scene.shop().instances()) {
            String service = service(instance);
            all.merge(service, 1, Integer::sum);
            Sample now = read(instance);
            if (!now.counters().isEmpty()) {
                up.merge(service, 1, Integer::sum);
            }
            added.merge(service, now.since(remember(instance, now)), Sample::plus);
            countCalls(instance.app(), now, calls);
        }
        StringBuilder text = new StringBuilder();
        text.append("Peakmesh demo    folder: ").append(work).append("\n\n");
        services(up, all, added).lines().forEach(l -> text.append(l).append('\n'));
        text.append('\n');
        edges(calls).lines().forEach(l -> text.append(l).append('\n'));
        text.append('\n');
        synchronized (events) {
            events.forEach(e -> text.append(e).append('\n'));
        }
        return text.append('\n').toString();
    }

    /** The sample of this instance at the beginning of the window; a restart begins a new one. */
    private Sample remember(Shop.Instance instance, Sample now) {
        Deque<Sample> samples = history.computeIfAbsent(instance.pod(), p -> new ArrayDeque<>());
        if (!samples.isEmpty() && !now.continues(samples.getLast())) {
            samples.clear();
        }
        samples.add(now);
        if (samples.size() > WINDOW + 1) {
            samples.remove();
        }
        return samples.getFirst();
    }

    private static String service(Shop.Instance instance) {
        return instance.version().isEmpty()
                ? instance.app()
                : instance.app() + "-" + instance.version();
    }

    private Sample read(Shop.Instance instance) throws InterruptedException {
        try {
            EnvoyAdmin admin = scene.admin(instance);
            return new Sample(admin.counters(), admin.histograms());
        } catch (IOException down) {
            return Sample.NONE;
        }
    }

    private Table services(
            Map<String, Integer> up, Map<String, Integer> all, Map<String, Sample> added) {
        Table table =
                new Table(
                        "NAME",
                        "MESHED",
                        "SUCCESS",
                        "RPS",
                        "LATENCY_P50",
                        "LATENCY_P95",
                        "LATENCY_P99",
                        "TCP_CONN/S");
        all.forEach((service, count) -> {
            Sample sample = added.getOrDefault(service, Sample.NONE);
            long ok = answered(sample, "2xx") + answered(sample, "3xx");
            long requests = ok + answered(sample, "4xx") + answered(sample, "5xx");
            table.row(
                    service,
                    up.getOrDefault(service, 0) + "/" + count,
                    requests == 0
                            ? "-"
                            : String.format(Locale.ROOT, "%.2f%%", 100.0 * ok / requests),
                    requests == 0 ? "-" : String.format(Locale.ROOT, "%.1frps", requests / seconds),
                    millis(sample, 0.50),
                    millis(sample, 0.95),
                    millis(sample, 0.99),
                    connections(sample));
        });
        return table;
    }

    private static long answered(Sample sample, String kind) {
        return sample.sum(
                n -> n.startsWith("http.inbound") && n.endsWith(".downstream_rq_" + kind));
    }

    private static String millis(Sample sample, double share) {
        double millis =
                sample.percentileMillis(
                        n -> n.startsWith("http.inbound") && n.endsWith(".downstream_rq_time"),
                        share);
        return millis < 0 ? "-" : String.format(Locale.ROOT, "%.0fms", millis);
    }

    private String connections(Sample sample) {
        long opened =
                sample.sum(n -> n.startsWith("tcp.inbound") && n.endsWith(".downstream_cx_total"));
        return opened == 0 ? "-" : String.format(Locale.ROOT, "%.1f", opened / seconds);
    }

    private static void countCalls(
            String from, Sample sample, SortedMap<String, SortedMap<String, Long>> calls) {
        sample.counters()
                .forEach((name, value) -> {
                    Matcher call = CALL.matcher(name);
                    if (value > 0 && call.matches()) {
                        calls.computeIfAbsent(from + " " + call.group(1), k -> new TreeMap<>())
                                .merge(call.group(2), value, Long::sum);
                    }
                });
    }

    private static Table edges(SortedMap<String, SortedMap<String, Long>> calls) {
        Table table = new Table("SRC", "DST", "SECURED", "REQUESTS", "CONNECTIONS");
        Set<String> seen = new LinkedHashSet<>();
        calls.forEach((edge, counts) -> {
            if (seen.add(edge)) {
                String[] ends = edge.split(" ", -1);
                long handshakes = counts.getOrDefault("ssl.handshake", 0L);
                long requests = counts.getOrDefault("upstream_rq_total", 0L);
                table.row(
                        ends[0],
                        ends[1],
                        handshakes > 0 ? "√ mTLS" : "plaintext",
                        requests == 0 ? "-" : "" + requests,
                        "" + counts.getOrDefault("upstream_cx_total", 0L));
            }
        });
        return table;
    }
}
