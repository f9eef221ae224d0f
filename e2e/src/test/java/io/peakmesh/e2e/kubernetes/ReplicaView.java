package io.peakmesh.e2e.kubernetes;

import io.peakmesh.e2e.real.ControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A replica as its kubelet, Prometheus and the kernel see it. */
record ReplicaView(int number, ControlPlane process) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** What {@code /readyz} answers, by status and text. */
    HttpResponse<String> readyz() {
        return get("/readyz");
    }

    /** The sum of a metric over all its labels. */
    double metric(String name) {
        return sum(name + "{") + sum(name + " ");
    }

    private double sum(String prefix) {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(prefix))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private HttpResponse<String> get(String path) {
        InetSocketAddress at = KubeMesh.health(number);
        URI uri =
                URI.create(
                        "http://" + at.getAddress().getHostAddress() + ":" + at.getPort() + path);
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(uri).timeout(TIMEOUT).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Its resident memory in MB (of 1,000,000 bytes). */
    long residentMb() {
        Path status = Path.of("/proc/" + process.process().pid() + "/status");
        try (var lines = Files.lines(status)) {
            String line = lines.filter(l -> l.startsWith("VmRSS:")).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024 / 1_000_000;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The heap that lives on after a full collection, in KB. */
    long liveHeapKb() {
        // The second finds what finalizers and references of the first have let go.
        collect();
        collect();
        return Math.round(sum("jvm_memory_used_bytes{area=\"heap\"") / 1000);
    }

    private void collect() {
        Said.by(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                                "" + process.process().pid(),
                                "GC.run"),
                        Map.of(),
                        "")
                .orThrow();
    }
}
