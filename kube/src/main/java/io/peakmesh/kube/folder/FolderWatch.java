package io.peakmesh.kube.folder;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes the folder's thread when the file system says that something happened, and after a time in
 * any case. Its events are only hints: what counts is the next look at the folder, so a lost event
 * or a file system without events costs time and nothing else.
 */
final class FolderWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FolderWatch.class);

    private final Path root;
    private final @Nullable WatchService service;
    private final Map<WatchKey, Path> keys = new HashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean refused;

    private FolderWatch(Path root, @Nullable WatchService service) {
        this.root = root;
        this.service = service;
    }

    static FolderWatch open(Path root, boolean pollOnly) {
        if (pollOnly) {
            return new FolderWatch(root, null);
        }
        try {
            return new FolderWatch(root, root.getFileSystem().newWatchService());
        } catch (IOException | UnsupportedOperationException problem) {
            LOG.warn("event=watch-refused folder={} reason=\"{}\"", root, problem.getMessage());
            return new FolderWatch(root, null);
        }
    }

    /** Watches a folder; asking again for the same one is free. */
    void watch(Path folder) {
        if (service == null) {
            return;
        }
        try {
            keys.put(folder.register(service, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE), folder);
        } catch (IOException problem) {
            if (!refused) {
                refused = true;
                LOG.warn(
                        "event=watch-refused folder={} reason=\"{}\"",
                        folder,
                        problem.getMessage());
            }
        }
    }

    /**
     * Waits for an event, at most {@code time}.
     *
     * @param touched gets the relative paths that the events name
     * @return false once the watch is closed
     */
    boolean await(Duration time, Collection<String> touched) throws InterruptedException {
        if (service == null) {
            return !closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
        }
        try {
            WatchKey key = service.poll(time.toMillis(), TimeUnit.MILLISECONDS);
            while (key != null) {
                note(key, touched);
                key = service.poll();
            }
            return closed.getCount() > 0;
        } catch (ClosedWatchServiceException end) {
            return false;
        }
    }

    private void note(WatchKey key, Collection<String> touched) {
        Path folder = keys.get(key);
        Set<String> names = new HashSet<>();
        for (WatchEvent<?> event : key.pollEvents()) {
            // an overflow has no context: the look that follows finds what it hides
            if (event.context() instanceof Path name) {
                names.add(name.toString());
            }
        }
        if (folder != null) {
            for (String name : names) {
                touched.add(root.relativize(folder.resolve(name)).toString().replace('\\', '/'));
            }
        }
        if (!key.reset()) {
            keys.remove(key);
        }
    }

    /** Ends a wait in another thread. */
    @Override
    public void close() throws IOException {
        closed.countDown();
        if (service != null) {
            service.close();
        }
    }
}
