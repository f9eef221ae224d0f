package io.peakmesh.xds.server.delta;

import io.peakmesh.model.WorkloadName;
import io.peakmesh.xds.server.peer.Peer;
import io.peakmesh.xds.server.snapshot.Resource;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How far the proxies are that are subscribed to something of one subject.
 *
 * @param proxies that are subscribed to a resource of it
 * @param current of them that have acknowledged the newest version of all of those
 * @param refusals of them that refused the newest version of one: what they said, at most ten
 */
public record Standing(int proxies, int current, SortedMap<WorkloadName, String> refusals) {
    private static final int REFUSALS = 10;

    public Standing {
        refusals = Collections.unmodifiableSortedMap(new TreeMap<>(refusals));
    }

    /** Adds up over the resources of one subject. */
    static final class Tally {
        /** By stream: each has a peer of its own. */
        private final IdentityHashMap<Peer, Boolean> proxies = new IdentityHashMap<>();

        private final SortedMap<WorkloadName, String> refusals = new TreeMap<>();
        private int current;

        /** Takes what one proxy is subscribed to; nothing if there is no such slot. */
        void add(Peer peer, TypeStream stream, @Nullable Slot slot) {
            if (slot == null || !slot.subscribed()) {
                return;
            }
            Resource newest = slot.current().orElse(null);
            Slot.Rejection rejection = slot.rejected;
            if (newest != null && rejection != null && slot.refuses(newest)) {
                refused(peer, rejection.text());
            } else if (slot.upToDate() && !stream.bringsOther(slot.name, newest)) {
                current(peer);
            } else {
                behind(peer);
            }
        }

        private void current(Peer peer) {
            if (proxies.putIfAbsent(peer, true) == null) {
                current++;
            }
        }

        void behind(Peer peer) {
            if (Boolean.TRUE.equals(proxies.put(peer, false))) {
                current--;
            }
        }

        private void refused(Peer peer, String text) {
            behind(peer);
            refusals.putIfAbsent(peer.workload(), text);
            if (refusals.size() > REFUSALS) {
                refusals.pollLastEntry();
            }
        }

        Standing result() {
            return new Standing(proxies.size(), current, refusals);
        }
    }
}
