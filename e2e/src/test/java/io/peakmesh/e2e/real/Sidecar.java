package io.peakmesh.e2e.real;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/** A pod's running Envoy. */
public record Sidecar(Pod pod, ProcessHandle process, EnvoyAdmin admin, Path log)
        implements Closeable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Memory that is its own, in KiB: file pages are shared by all sidecars of a machine. */
    public long privateKib() {
        try (var lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            String line = lines.filter(l -> l.startsWith("RssAnon:")).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("[^0-9]", ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it takes traffic; throws IllegalStateException with what its Envoy said. */
    public void awaitReady() {
        try {
            Awaitility.await("the sidecar of " + pod.name() + " is ready")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(50))
                    .failFast("its Envoy ended", () -> !process.isAlive())
                    .until(admin::ready);
        } catch (RuntimeException e) {
            throw new IllegalStateException(e.getMessage() + "; it said: " + said(), e);
        }
    }

    /** What its Envoy said, which may quote bytes that are no text. */
    public String said() {
        try {
            return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
