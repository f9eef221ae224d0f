package io.peakmesh.cli.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** One Envoy in the foreground. */
public final class ProxyRun {
    private ProxyRun() {}

    /**
     * Runs Envoy until it ends or this process is told to end, which ends Envoy in order; its
     * configuration folder is deleted then. Returns Envoy's exit code.
     */
    public static int untilItEnds(Path envoy, ProxySpec spec)
            throws IOException, InterruptedException {
        EnvoyProcess process = EnvoyProcess.startInForeground(envoy, spec);
        // At a signal the JVM waits for this hook alone, so all that must be done is done in it.
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> {
                            process.close();
                            delete(spec.dir());
                        }));
        return process.waitFor();
    }

    private static void delete(Path dir) {
        try (Stream<Path> files = Files.walk(dir)) {
            List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : all) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
