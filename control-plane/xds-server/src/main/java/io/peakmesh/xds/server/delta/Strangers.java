package io.peakmesh.xds.server.delta;

import io.peakmesh.model.WorkloadName;
import io.peakmesh.xds.server.peer.Peer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Predicate;

/**
 * Streams of peers that proved who they are, and that the mesh does not have: a new pod's proxy may
 * be quicker than the watch that tells of the pod, and one that is refused comes again only after a
 * back-off. Nothing is read from such a stream. One for each workload, and a bounded number.
 */
final class Strangers {
    private record Waiting(Peer peer, Instant until) {}

    private final Limits limits;
    private final SequencedMap<Long, Waiting> waiting = new LinkedHashMap<>();

    Strangers(Limits limits) {
        this.limits = limits;
    }

    /** False if there are too many already. */
    boolean wait(long id, Peer peer, Instant now) {
        if (waiting.size() >= limits.strangers()) {
            return false;
        }
        waiting.put(id, new Waiting(peer, now.plus(limits.strangerWait())));
        return true;
    }

    /** Forgets the stream of this workload, as a newer one is there; its id. */
    Optional<Long> replaced(WorkloadName workload) {
        Optional<Long> found =
                waiting.entrySet().stream()
                        .filter(e -> e.getValue().peer().workload().equals(workload))
                        .map(Map.Entry::getKey)
                        .findFirst();
        found.ifPresent(waiting::remove);
        return found;
    }

    /** Whether it was one of them. */
    boolean forget(long id) {
        return waiting.remove(id) != null;
    }

    /** Hands over those whose peer is known now. */
    Map<Long, Peer> take(Predicate<Peer> known) {
        return remove(each -> known.test(each.peer()));
    }

    /** Hands over those that waited long enough. */
    Map<Long, Peer> overdue(Instant now) {
        return remove(each -> !now.isBefore(each.until()));
    }

    private Map<Long, Peer> remove(Predicate<Waiting> which) {
        Map<Long, Peer> found = new LinkedHashMap<>();
        waiting.forEach((id, each) -> {
            if (which.test(each)) {
                found.put(id, each.peer());
            }
        });
        waiting.keySet().removeAll(found.keySet());
        return found;
    }

    List<Long> ids() {
        return new ArrayList<>(waiting.keySet());
    }
}
