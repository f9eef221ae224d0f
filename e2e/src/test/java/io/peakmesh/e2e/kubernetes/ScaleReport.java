package io.peakmesh.e2e.kubernetes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What a run found, as Markdown. Its megabytes are of 1,024 times 1,024 bytes. */
final class ScaleReport {
    private static final double KB_PER_MB = 1024;
    private static final double MILLIS_PER_SECOND = 1000;

    private final ScalePlan plan;
    private final List<String> starts = new ArrayList<>();
    private final List<String> memory = new ArrayList<>();
    private final List<Flip.Latency> flips = new ArrayList<>();
    private String loadBefore = "";
    private String loadAfter = "";
    private String live = "";
    private String apiServer = "";
    private long flipsCpuMillis;

    ScaleReport(ScalePlan plan) {
        this.plan = plan;
    }

    /** The machine's load averages before the run. */
    void loadBefore(String averages) {
        loadBefore = averages;
    }

    void loadAfter(String averages) {
        loadAfter = averages;
    }

    void start(String what, Duration took, Footprint then) {
        starts.add(
                "| %s | %.1f | %.1f | %.0f |"
                        .formatted(
                                what,
                                took.toMillis() / MILLIS_PER_SECOND,
                                then.cpuMillis() / MILLIS_PER_SECOND,
                                then.rssKb() / KB_PER_MB));
    }

    void memory(String when, Footprint is, Footprint.Heap heap) {
        memory.add(
                "| %s | %.0f | %.0f | %.0f | %.0f | %.0f | %d | %.1f |"
                        .formatted(
                                when,
                                is.rssKb() / KB_PER_MB,
                                is.anonKb() / KB_PER_MB,
                                is.peakKb() / KB_PER_MB,
                                heap.usedKb() / KB_PER_MB,
                                heap.committedKb() / KB_PER_MB,
                                is.threads(),
                                is.cpuMillis() / MILLIS_PER_SECOND));
    }

    void flip(Flip.Latency took) {
        flips.add(took);
    }

    /** What the control plane used for all measured changes. */
    void cpuOfFlips(long millis) {
        flipsCpuMillis = millis;
    }

    /** What is live of the heap. */
    void live(Footprint.Heap heap) {
        live = "%.0f".formatted(heap.usedKb() / KB_PER_MB);
    }

    void apiServer(Footprint is) {
        apiServer =
                "%.0f MB (at most %.0f)".formatted(is.rssKb() / KB_PER_MB, is.peakKb() / KB_PER_MB);
    }

    private static String machine() throws IOException {
        String cpu =
                Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                        .filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .findFirst()
                        .orElse("unknown");
        return "%d cores (%s), %s %s, %s %s"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        cpu,
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        System.getProperty("java.vm.vendor"),
                        System.getProperty("java.runtime.version"));
    }

    private double percentile(ToDoubleFunction<Flip.Latency> figure, int percent) {
        double[] sorted = flips.stream().mapToDouble(figure).sorted().toArray();
        int rank = (int) Math.ceil(percent / 100.0 * sorted.length);
        return sorted[Math.max(rank, 1) - 1];
    }

    private String row(String what, ToDoubleFunction<Flip.Latency> figure) {
        return "| %s | %.1f | %.1f | %.1f | %.1f |"
                .formatted(
                        what,
                        percentile(figure, 50),
                        percentile(figure, 90),
                        percentile(figure, 99),
                        percentile(figure, 100));
    }

    String markdown() throws IOException {
        return """
        # Kubernetes at scale, %s

        Machine: %s. Load average before %s, after %s. Commit %s.

        %s
        ## Memory of the control plane

        | | VmRSS (MB) | RssAnon (MB) | VmHWM, the most so far (MB) | heap used, garbage too (MB) | heap committed (MB) | threads | CPU so far (s) |
        |---|--:|--:|--:|--:|--:|--:|--:|
        %s

        Live heap, after a full collection: %s MB. The API server's VmRSS at the end: %s.

        ## A pod's readiness to its proxies

        | from, to (ms) | p50 | p90 | p99 | most |
        |---|--:|--:|--:|--:|
        %s
        %s
        %s

        The control plane's CPU a change: %.1f ms.

        ## Start

        | | until ready (s) | CPU (s) | VmRSS then (MB) |
        |---|--:|--:|--:|
        %s
        """
                .formatted(
                        LocalDate.now(ZoneOffset.UTC),
                        machine(),
                        loadBefore,
                        loadAfter,
                        plan.revision(),
                        method(),
                        String.join("\n", memory),
                        live,
                        apiServer,
                        row("patch sent, bare watch has the EndpointSlice", Flip.Latency::watch),
                        row("patch sent, last interested proxy has it", Flip.Latency::proxies),
                        row(
                                "bare watch has it, last interested proxy has it",
                                Flip.Latency::behind),
                        flipsCpuMillis / (double) Math.max(1, flips.size()),
                        String.join("\n", starts));
    }

    private String method() {
        return """
        A real API server with etcd and the EndpointSlice controller; kwok says that %,d pods in %,d
        services run, all of them marked as meshed. `./mesh control-plane` runs against it as a
        process of its own, as in a pod: with a service account's token. %d more pods are proxies: each opens one delta ADS stream with its own
        projected token, asks for its listeners, its secrets, and the clusters and endpoints of %d
        services, and ACKs everything; %d services are used in all, so %d proxies use each.

        - A change is one patch of one pod's status: not ready, the next one ready again. The next
          begins %d ms after everybody has the one before. %d changes to warm up, then %d measured.
        - The bare watch is a watch of the namespace's EndpointSlices by the fabric8 client in the
          measuring process. What the EndpointSlice controller takes is in both times, and so is
          that API server, controllers, control plane, and proxies share the machine's cores.
        - A proxy has a change when its client has read the endpoints with it.
        - VmRSS is read ten seconds after a step, but at once after the changes and the lists.
        - Ready is when the control plane says so; the time begins at the start of the script.
        """
                .formatted(
                        plan.pods(),
                        plan.services(),
                        plan.proxies(),
                        plan.uses(),
                        plan.used(),
                        plan.proxies() * plan.uses() / plan.used(),
                        KubernetesScale.BETWEEN_MILLIS,
                        plan.warmUps(),
                        plan.flips());
    }
}
