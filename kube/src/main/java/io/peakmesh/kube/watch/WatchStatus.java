package io.peakmesh.kube.watch;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How well the cluster is seen, for readiness, metrics and people.
 *
 * @param kinds in the order of their declaration
 */
public record WatchStatus(List<KindStatus> kinds) {
    public WatchStatus {
        kinds = List.copyOf(kinds);
    }

    /**
     * How well one kind is seen.
     *
     * @param kind as in its objects
     * @param apiVersion as in its objects
     * @param present whether the cluster has this kind at all; an absent one has no objects
     * @param synced whether all of its objects were read at least once
     * @param watching whether its changes are being told; while not, the last state stays in force
     * @param notWatchingSince when that ended, or the start if it never began
     * @param objects how many are in force
     * @param unreadable how many have a version that cannot be used
     * @param events how often a watch said anything about an object
     * @param lists how often all of its objects were read
     * @param failures how many requests failed or were refused, or broke off
     * @param trouble why the last of them did, one line; empty while it is watched
     */
    public record KindStatus(
            String kind,
            String apiVersion,
            boolean present,
            boolean synced,
            boolean watching,
            Optional<Instant> notWatchingSince,
            int objects,
            int unreadable,
            long events,
            long lists,
            long failures,
            String trouble) {}

    /** Whether every kind was read at least once. */
    public boolean synced() {
        return kinds.stream().allMatch(KindStatus::synced);
    }

    /** Whether every kind's changes are being told. */
    public boolean watching() {
        return kinds.stream().allMatch(KindStatus::watching);
    }

    /** Since when not every kind's changes are being told. */
    public Optional<Instant> notWatchingSince() {
        return kinds.stream()
                .map(KindStatus::notWatchingSince)
                .flatMap(Optional::stream)
                .min(Instant::compareTo);
    }

    /** What is wrong, one line a kind: {@code Pod: reason}. */
    public List<String> troubles() {
        return kinds.stream()
                .filter(kind -> !kind.trouble().isEmpty())
                .map(kind -> kind.kind() + ": " + kind.trouble())
                .toList();
    }
}
