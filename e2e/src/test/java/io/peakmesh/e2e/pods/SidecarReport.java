package io.peakmesh.e2e.pods;

import io.peakmesh.e2e.kubernetes.Footprint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** What a run found, as Markdown. Memory is in megabytes of 1,024 times 1,024 bytes. */
final class SidecarReport {
    private static final double KB_PER_MB = 1024;
    private static final double BYTES_PER_MB = 1_000_000;
    private static final double PERCENT = 100;
    private static final int MIDDLE = 50;

    private final int pairs;
    private final String loadBefore = Machine.load();
    private final List<String> images = new ArrayList<>();
    private final List<String> proxies = new ArrayList<>();
    private final List<String> controlPlanes = new ArrayList<>();
    private final List<Start> plain = new ArrayList<>();
    private final List<Start> meshed = new ArrayList<>();
    private long mostKb;
    private String shop = "";

    SidecarReport(int pairs) {
        this.pairs = pairs;
    }

    /**
     * How a pod came to run, in milliseconds.
     *
     * @param accepted until the API server had made it, admission included
     * @param sandbox from the request to the start of the sandbox's process
     * @param proxy from then to the start of Envoy's process: networking, and the redirect; 0
     *     without
     * @param app from then to the start of the app's process
     * @param bytes of its JSON once it runs
     */
    record Start(long accepted, long sandbox, long proxy, long app, long bytes) {
        long total() {
            return sandbox + proxy + app;
        }
    }

    void image(Path archive, long packed, long unpacked) {
        images.add(
                "| %s | %.1f | %.1f |"
                        .formatted(
                                archive.getFileName(),
                                packed / BYTES_PER_MB,
                                unpacked / BYTES_PER_MB));
    }

    void proxy(String pod, long privateKb, Footprint is) {
        mostKb = Math.max(mostKb, privateKb);
        proxies.add(row(pod, privateKb, is));
    }

    void controlPlane(long privateKb, Footprint is) {
        controlPlanes.add(row("control plane", privateKb, is));
    }

    private static String row(String what, long privateKb, Footprint is) {
        return "| %s | %.1f | %.1f | %.1f | %.1f |"
                .formatted(
                        what,
                        privateKb / KB_PER_MB,
                        is.anonKb() / KB_PER_MB,
                        is.rssKb() / KB_PER_MB,
                        is.peakKb() / KB_PER_MB);
    }

    void load(Load is, int seconds) {
        shop =
                "%d requests in %d s or a little more, %d failed %s"
                        .formatted(is.requests(), seconds, is.failed(), is.failures());
    }

    void starts(Start without, Start with) {
        plain.add(without);
        meshed.add(with);
    }

    private static long percentile(List<Start> starts, ToLongFunction<Start> figure, int percent) {
        long[] sorted = starts.stream().mapToLong(figure).sorted().toArray();
        int rank = (int) Math.ceil(percent / PERCENT * sorted.length);
        return sorted[Math.max(rank, 1) - 1];
    }

    private static String spread(String what, List<Start> starts, ToLongFunction<Start> figure) {
        return "| %s | %d | %d | %d | %d |"
                .formatted(
                        what,
                        percentile(starts, figure, 0),
                        percentile(starts, figure, MIDDLE),
                        percentile(starts, figure, 90),
                        percentile(starts, figure, 100));
    }

    private List<String> startRows() {
        return List.of(
                spread("without: request to the app's process", plain, Start::total),
                spread("with: request to the app's process", meshed, Start::total),
                spread("without: the API server's answer", plain, Start::accepted),
                spread("with: the API server's answer, webhook included", meshed, Start::accepted),
                spread("without: request to the sandbox", plain, Start::sandbox),
                spread(
                        "with: request to the sandbox (the volume is mounted)",
                        meshed,
                        Start::sandbox),
                spread("without: sandbox to the app", plain, Start::app),
                spread("with: sandbox to Envoy (the redirect runs)", meshed, Start::proxy),
                spread(
                        "with: Envoy to the app (its listeners, startup probe)",
                        meshed,
                        Start::app));
    }

    String markdown() throws IOException {
        long without = percentile(plain, Start::total, MIDDLE);
        long with = percentile(meshed, Start::total, MIDDLE);
        long before = percentile(plain, Start::bytes, MIDDLE);
        long after = percentile(meshed, Start::bytes, MIDDLE);
        return """
        # What a sidecar costs, %s

        Machine: %s. Load average before %s, after %s. Commit %s.

        One node with containerd, kubelet and kube-proxy; etcd, API server, mesh and shop share its
        cores. `mesh install | kubectl apply -f -`, then the shop of charts/sample with its
        policies, under the load of its own generator: %s.

        ## Memory (MB)

        | pod's proxy, under that load | private | RssAnon | VmRSS | VmHWM |
        |---|--:|--:|--:|--:|
        %s
        %s

        The most private memory of a proxy: %.1f MB (goal: 20).

        ## Start of a pod (ms)

        %d pairs of a pod without and with sidecar, in turn, after one pair to warm up. The app's
        process starts this much after the request to make the pod; process times have steps of 10 ms.

        | | least | median | p90 | most |
        |---|--:|--:|--:|--:|
        %s

        Injection adds %d ms by the medians, a factor of %.2f.

        ## Size of a pod's object

        JSON of the running pod, managed fields included: %d bytes without, %d with: %d more.

        ## Images (MB of 1,000,000 bytes)

        | archive | packed | unpacked |
        |---|--:|--:|
        %s
        """
                .formatted(
                        LocalDate.now(ZoneOffset.UTC),
                        Machine.name(),
                        loadBefore,
                        Machine.load(),
                        System.getProperty("sidecar.revision", "unknown"),
                        shop,
                        String.join("\n", proxies),
                        String.join("\n", controlPlanes),
                        mostKb / KB_PER_MB,
                        pairs,
                        String.join("\n", startRows()),
                        with - without,
                        with / (double) without,
                        before,
                        after,
                        after - before,
                        String.join("\n", images));
    }
}
