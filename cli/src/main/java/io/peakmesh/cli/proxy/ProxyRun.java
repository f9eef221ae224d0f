package io.peakmesh.cli.proxy;

import io.peakmesh.cli.terminal.HostPort;
import io.peakmesh.xds.translator.bootstrap.Module;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One Envoy in the foreground. */
public final class ProxyRun {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyRun.class);

    private ProxyRun() {}

    /**
     * Runs Envoy until it ends or this process is told to end, which ends Envoy in order; its
     * configuration folder is deleted then. Returns Envoy's exit code.
     *
     * @param state where it is told how to reach Envoy's admin interface, if there is such a folder
     */
    public static int untilItEnds(Path envoy, ProxySpec spec, Path state)
            throws IOException, InterruptedException {
        Ending ending = new Ending(spec.dir());
        // At a signal the JVM waits for this hook alone, so all that must be done is done in it.
        Runtime.getRuntime().addShutdownHook(new Thread(ending));
        try {
            EnvoyProcess process = EnvoyProcess.startInForeground(envoy, spec);
            ending.own(process);
            log(spec, process.module());
            if (Files.isDirectory(state)) {
                tell(spec, state, ending);
            }
            return process.waitFor();
        } catch (IOException | InterruptedException | RuntimeException e) {
            ending.run();
            throw e;
        }
    }

    private static void log(ProxySpec spec, Module module) {
        switch (module) {
            case Module.Placed _ -> LOG.info("balances by Peak-EWMA: workload={}", spec.workload());
            case Module.Absent(String reason) ->
                    LOG.warn(
                            "balances by least-request: workload={} reason=\"{}\"",
                            spec.workload(),
                            reason);
        }
    }

    /** A state folder of another user's is no reason not to serve. */
    private static void tell(ProxySpec spec, Path state, Ending ending) {
        try {
            AdminPlace told =
                    AdminPlace.tell(
                            state,
                            spec.workload(),
                            new HostPort(spec.adminHost(), spec.adminPort()));
            ending.own(told);
        } catch (IOException e) {
            LOG.warn(
                    "not told in the state folder where its admin interface is: cause=\"{}\"",
                    "" + e);
        }
    }

    /**
     * What must be undone, in the order opposite to how it came; what comes later is undone at
     * once.
     */
    private static final class Ending implements Runnable {
        private final Deque<Closeable> owned = new ArrayDeque<>();
        private boolean ended;

        Ending(Path dir) {
            owned.push(() -> delete(dir));
        }

        synchronized void own(Closeable part) {
            owned.push(part);
            if (ended) {
                run();
            }
        }

        @Override
        public synchronized void run() {
            ended = true;
            while (!owned.isEmpty()) {
                try {
                    owned.pop().close();
                } catch (IOException e) {
                    LOG.warn("not cleaned up: cause=\"{}\"", "" + e);
                }
            }
        }
    }

    private static void delete(Path dir) throws IOException {
        try (Stream<Path> files = Files.walk(dir)) {
            List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : all) {
                Files.deleteIfExists(file);
            }
        }
    }
}
