package io.peakmesh.kube.folder;

import io.peakmesh.smi.object.ObjectEvent;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches a folder of manifests ({@code .yaml}, {@code .yml}, {@code .json}, in all its folders)
 * and says what became of the objects in it.
 *
 * <p>A file or object that can no longer be used stays in force as it was and is reported in {@link
 * ObjectEvent.Unreadable}, whose origin is the path relative to the folder ({@code "."} for the
 * folder itself). A removed file or object is deleted. See {@link FolderState} for duplicates and
 * {@link Settling} for half-written files.
 */
public final class YamlFolder implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(YamlFolder.class);

    /**
     * How patient the folder is.
     *
     * @param calm how long a changed file must look the same before it is read
     * @param settle how long a change that loses objects or cannot be read must last
     * @param patience how long a file that never rests can hold back itself and others
     * @param rescan how long until the folder is looked at without any event
     * @param rereadEvery after how many such looks every file is read even if it looks the same
     * @param pollOnly for file systems without events: only ever look, never wait for one
     */
    public record Options(
            Duration calm,
            Duration settle,
            Duration patience,
            Duration rescan,
            int rereadEvery,
            boolean pollOnly) {
        public static Options byDefault() {
            return new Options(
                    Duration.ofMillis(50),
                    Duration.ofMillis(300),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(2),
                    15,
                    false);
        }
    }

    private final Path root;
    private final InstantSource clock;
    private final Consumer<List<ObjectEvent>> sink;
    private final Options options;
    private final FolderState state = new FolderState();
    private final Settling settling;
    private final FolderWatch watch;
    private final Thread thread;
    private int quietLooks;

    private YamlFolder(
            Path root, InstantSource clock, Consumer<List<ObjectEvent>> sink, Options options) {
        this.root = root;
        this.clock = clock;
        this.sink = sink;
        this.options = options;
        this.settling = new Settling(options.calm(), options.settle(), options.patience());
        this.watch = FolderWatch.open(root, options.pollOnly());
        this.thread = Thread.ofPlatform().name("yaml-folder").daemon(true).unstarted(this::run);
    }

    /** Opens the folder with {@link Options#byDefault()}. */
    public static YamlFolder open(
            Path folder, InstantSource clock, Consumer<List<ObjectEvent>> sink) throws IOException {
        return open(folder, clock, sink, Options.byDefault());
    }

    /**
     * Reads the folder and hands all of it to {@code sink} as one batch, empty if the folder is,
     * before it returns; later batches come one at a time from a thread of the folder's own. An
     * exception of the sink is logged there and stops nothing.
     *
     * @throws NotDirectoryException if there is no such folder
     */
    public static YamlFolder open(
            Path folder, InstantSource clock, Consumer<List<ObjectEvent>> sink, Options options)
            throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder.toString());
        }
        YamlFolder opened = new YamlFolder(folder, clock, sink, options);
        try {
            opened.readEverything();
        } catch (IOException | RuntimeException problem) {
            opened.watch.close();
            throw problem;
        }
        opened.thread.start();
        return opened;
    }

    private void readEverything() throws IOException {
        Instant now = clock.instant();
        FolderScan scan = FolderScan.of(root, watch::watch);
        settling.see(scan, Set.of(), false, now);
        List<FileChange> changes = new ArrayList<>();
        scan.files()
                .forEach((path, stamp) ->
                        DiskFile.read(root, path, stamp, "")
                                .ifPresent(change -> {
                                    changes.add(change);
                                    settling.same(path);
                                }));
        sink.accept(state.apply(changes));
    }

    private void run() {
        try {
            Set<String> touched = new HashSet<>();
            boolean settles = settles();
            while (watch.await(waitingTime(), touched)) {
                look(touched, settles);
                touched.clear();
                settles = settles();
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration waitingTime() {
        Optional<Duration> idle = settling.idle(clock.instant());
        return idle.filter(time -> time.compareTo(options.rescan()) < 0).orElse(options.rescan());
    }

    /** Whether a file is being settled, so that the next look is for its sake. */
    private boolean settles() {
        return settling.idle(clock.instant()).isPresent();
    }

    private void look(Set<String> touched, boolean settles) {
        try {
            FolderScan scan = FolderScan.of(root, watch::watch);
            quietLooks = touched.isEmpty() && !settles ? quietLooks + 1 : quietLooks;
            boolean reread = quietLooks >= options.rereadEvery();
            quietLooks = reread ? 0 : quietLooks;
            settling.see(scan, touched, reread, clock.instant());
            for (Map.Entry<String, Stamp> due : settling.toRead(clock.instant()).entrySet()) {
                String held = state.hash(due.getKey());
                DiskFile.read(root, due.getKey(), due.getValue(), held).ifPresent(this::weigh);
            }
            publish(settling.take(clock.instant()));
        } catch (IOException problem) {
            LOG.warn("event=folder-unreadable folder={} reason=\"{}\"", root, problem.toString());
        } catch (RuntimeException bug) {
            LOG.error("event=folder-failed folder={}", root, bug);
        }
    }

    private void weigh(FileChange change) {
        if (state.unchanged(change)) {
            settling.same(change.path());
        } else {
            settling.read(change, state.losesBy(change));
        }
    }

    private void publish(List<FileChange> changes) {
        if (changes.isEmpty()) {
            return;
        }
        List<ObjectEvent> events = state.apply(changes);
        if (!events.isEmpty()) {
            LOG.debug("event=folder-changed files={} events={}", changes.size(), events.size());
            sink.accept(events);
        }
    }

    /** Ends the watch; no batch comes after it returns, unless it is called by the sink itself. */
    @Override
    public void close() throws IOException {
        watch.close();
        if (Thread.currentThread() != thread) {
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Reads files and folders once, as {@code mesh validate} does. Origins are relative to the
     * folder when one folder is given, else they begin with the argument as it is written. What is
     * not there or cannot be read is a problem like any other.
     */
    public static FolderReading read(List<Path> filesAndFolders) throws IOException {
        List<FileChange> changes = new ArrayList<>();
        for (Path path : filesAndFolders) {
            if (Files.isDirectory(path)) {
                String prefix = filesAndFolders.size() == 1 ? "" : path + "/";
                FolderScan.of(path, folder -> {})
                        .files()
                        .forEach((file, stamp) -> changes.add(once(path, file, prefix, stamp)));
            } else {
                changes.add(DiskFile.readNow(path, path.toString()));
            }
        }
        FolderState state = new FolderState();
        state.apply(changes);
        return new FolderReading(
                changes.size(), state.objects(), state.problems(), state.skippedKinds());
    }

    private static FileChange once(Path folder, String file, String prefix, Stamp stamp) {
        return stamp.trouble().isEmpty()
                ? DiskFile.readNow(folder.resolve(file), prefix + file)
                : new FileChange.Blocked(prefix + file, stamp.trouble());
    }
}
