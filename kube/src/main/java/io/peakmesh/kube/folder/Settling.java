package io.peakmesh.kube.folder;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Says when a changed file is worth reading and when what it says is to be believed. A file is read
 * once it has not changed for {@code calm}. What would lose an object or be reported waits for
 * {@code settle}, because a half-written or just removed file looks the same. Files that change
 * together are taken together, so that an object on its way from one to another is never away. None
 * of this lasts longer than {@code patience}, however busy a file is.
 */
final class Settling {
    private final Duration calm;
    private final Duration settle;
    private final Duration patience;
    private final Map<String, Stamp> taken = new HashMap<>();
    private final TreeMap<String, Pending> pending = new TreeMap<>();

    private static final class Pending {
        Stamp stamp;
        Instant first;
        Instant changed;
        @Nullable FileChange read;
        boolean risky;

        Pending(Stamp stamp, Instant now) {
            this.stamp = stamp;
            this.first = now;
            this.changed = now;
        }
    }

    Settling(Duration calm, Duration settle, Duration patience) {
        this.calm = calm;
        this.settle = settle;
        this.patience = patience;
    }

    /**
     * Takes a look at the folder.
     *
     * @param touched paths that changed even if they look the same
     * @param reread every file is to be read again
     */
    void see(FolderScan scan, Collection<String> touched, boolean reread, Instant now) {
        Set<String> paths = new HashSet<>(scan.files().keySet());
        taken.keySet().stream().filter(path -> !scan.hides(path)).forEach(paths::add);
        pending.keySet().removeIf(scan::hides);
        paths.addAll(pending.keySet());
        for (String path : paths) {
            Stamp stamp = scan.files().getOrDefault(path, Stamp.GONE);
            boolean forced = touched.contains(path);
            Pending known = pending.get(path);
            if (known == null) {
                if (forced || reread || !stamp.equals(taken.getOrDefault(path, Stamp.GONE))) {
                    pending.put(path, new Pending(stamp, now));
                }
            } else if (forced || !stamp.equals(known.stamp)) {
                known.stamp = stamp;
                known.changed = now;
                known.read = null;
            }
        }
        pending.values().forEach(file -> dontWaitForAClockThatWasSetBack(file, now));
    }

    private static void dontWaitForAClockThatWasSetBack(Pending file, Instant now) {
        if (now.isBefore(file.changed)) {
            file.changed = now;
        }
        if (now.isBefore(file.first)) {
            file.first = now;
        }
    }

    /** The files to read now, as they looked when last seen. */
    Map<String, Stamp> toRead(Instant now) {
        Map<String, Stamp> due = new TreeMap<>();
        pending.forEach((path, file) -> {
            if (file.read == null && (passed(file.changed, calm, now) || tired(file, now))) {
                due.put(path, file.stamp);
            }
        });
        return due;
    }

    /**
     * The file was read.
     *
     * @param risky taking it would lose something
     */
    void read(FileChange change, boolean risky) {
        Pending file = pending.get(change.path());
        if (file != null) {
            file.read = change;
            file.risky = risky;
        }
    }

    /** The file turned out to say what it said before. */
    void same(String path) {
        Pending file = pending.remove(path);
        if (file != null) {
            settleAt(path, file.stamp);
        }
    }

    /** What is to be believed now; empty while anything that changed with it still has to wait. */
    List<FileChange> take(Instant now) {
        boolean all = pending.values().stream().allMatch(file -> ready(file, now));
        boolean tired = pending.values().stream().anyMatch(file -> tired(file, now));
        List<FileChange> changes = new ArrayList<>();
        if (!all && !tired) {
            return changes;
        }
        for (Map.Entry<String, Pending> entry : Map.copyOf(pending).entrySet()) {
            Pending file = entry.getValue();
            if (file.read != null && ready(file, now)) {
                changes.add(file.read);
                settleAt(entry.getKey(), file.stamp);
                pending.remove(entry.getKey());
            }
        }
        return changes;
    }

    /** How long nothing here will change by itself; empty for ever. */
    Optional<Duration> idle(Instant now) {
        return pending.values().stream()
                .filter(file -> file.read == null || file.risky)
                .map(file -> file.changed.plus(file.read == null ? calm : settle))
                .min(Instant::compareTo)
                .map(due -> Duration.between(now, due))
                .map(wait ->
                        wait.compareTo(Duration.ofMillis(5)) < 0 ? Duration.ofMillis(5) : wait);
    }

    private void settleAt(String path, Stamp stamp) {
        if (stamp.equals(Stamp.GONE)) {
            taken.remove(path);
        } else {
            taken.put(path, stamp);
        }
    }

    private boolean ready(Pending file, Instant now) {
        return file.read != null
                && (!file.risky || passed(file.changed, settle, now) || tired(file, now));
    }

    private boolean tired(Pending file, Instant now) {
        return passed(file.first, patience, now);
    }

    private static boolean passed(Instant since, Duration time, Instant now) {
        return !now.isBefore(since.plus(time));
    }
}
