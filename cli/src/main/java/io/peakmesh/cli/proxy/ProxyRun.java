package io.peakmesh.cli.proxy;

import java.io.IOException;
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
        Thread stop = new Thread(process::close);
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            return process.waitFor();
        } finally {
            process.close();
            try (Stream<Path> files = Files.walk(spec.dir())) {
                List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
                for (Path file : all) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
