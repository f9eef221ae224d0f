package io.peakmesh.kube.progress;

import io.peakmesh.kube.progress.ReplicaProgress.Entry;
import io.peakmesh.smi.object.ObjectKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the leader has seen of the other replicas. A replica lives while its beat moves, by the time
 * at which that was seen here: what another's clock says plays no part. Times are of one monotonic
 * clock, in nanoseconds. Not for two threads at once.
 */
final class Sightings {
    /** How long a replica counts after its beat was seen to move: three beats. */
    static final Duration FRESH = Duration.ofSeconds(45);

    /** After which its ConfigMap is litter. */
    static final Duration SILENT = Duration.ofMinutes(5);

    /** A replica's ConfigMap. */
    record Shared(String name, String uid, String beat, String json) {}

    private record Sighting(Shared shared, Map<ObjectKey, Entry> progress, long movedNanos) {
        boolean silentFor(Duration time, long now) {
            return now - movedNanos >= time.toNanos();
        }
    }

    private Map<String, Sighting> seen = Map.of();
    private Map<String, String> counted = Map.of();
    private long changes;

    /** These are there now, and no others. */
    void saw(List<Shared> there, long now) {
        Map<String, Sighting> next = new TreeMap<>();
        for (Shared shared : there) {
            next.put(shared.name(), sighting(seen.get(shared.name()), shared, now));
        }
        seen = next;
    }

    private static Sighting sighting(@Nullable Sighting before, Shared shared, long now) {
        if (before == null) {
            return new Sighting(shared, ProgressText.read(shared.json()), now);
        }
        Shared last = before.shared();
        boolean moved = !last.uid().equals(shared.uid()) || !last.beat().equals(shared.beat());
        return new Sighting(
                shared,
                last.json().equals(shared.json())
                        ? before.progress()
                        : ProgressText.read(shared.json()),
                moved ? now : before.movedNanos());
    }

    /** What those that live said of each object. */
    Map<ObjectKey, List<Entry>> fresh(long now) {
        Map<ObjectKey, List<Entry>> fresh = new HashMap<>();
        for (Sighting sighting : seen.values()) {
            if (!sighting.silentFor(FRESH, now)) {
                sighting.progress()
                        .forEach((object, entry) ->
                                fresh.computeIfAbsent(object, o -> new ArrayList<>()).add(entry));
            }
        }
        return fresh;
    }

    /** Those to be cleaned away. */
    List<Shared> silent(long now) {
        return seen.values().stream()
                .filter(sighting -> sighting.silentFor(SILENT, now))
                .map(Sighting::shared)
                .toList();
    }

    /** Moves when {@link #fresh} is another than when this was asked last. */
    long changes(long now) {
        Map<String, String> counts = new HashMap<>();
        seen.forEach((name, sighting) -> {
            if (!sighting.silentFor(FRESH, now)) {
                counts.put(name, sighting.shared().json());
            }
        });
        if (!counts.equals(counted)) {
            counted = counts;
            changes++;
        }
        return changes;
    }
}
