package io.peakmesh.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Leaves no process and, unless the user named the folder, no file: at the end or at Ctrl-C. */
final class Cleanup implements Runnable {
    private final Path work;
    private boolean keep;
    private boolean done;
    private Runnable stopEverything = () -> {};

    Cleanup(Path work, boolean keep) {
        this.work = work;
        this.keep = keep;
    }

    /** Tells how to stop what runs; if the end has already come, it is stopped at once. */
    synchronized void own(Runnable stop) {
        stopEverything = stop;
        if (done) {
            stop.run();
        }
    }

    /** The run failed: its logs are worth more than a tidy disk. */
    synchronized void keepLogs() {
        keep = true;
    }

    @Override
    public synchronized void run() {
        if (done) {
            return;
        }
        done = true;
        stopEverything.run();
        if (keep) {
            return;
        }
        try (Stream<Path> tree = Files.walk(work)) {
            List<Path> all = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : all) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
