package io.peakmesh.kube.watch;

import io.peakmesh.kube.watch.WatchStatus.KindStatus;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one kind's status, written by its watch and read by anyone; logs where it turns. */
final class Progress {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterWatch.class);

    private final WatchedKind kind;
    private final InstantSource clock;
    private boolean present = true;
    private boolean synced;
    private Optional<Instant> notWatchingSince;
    private int objects;
    private int unreadable;
    private long events;
    private long lists;
    private long failures;
    private String trouble = "";

    Progress(WatchedKind kind, InstantSource clock) {
        this.kind = kind;
        this.clock = clock;
        this.notWatchingSince = Optional.of(clock.instant());
    }

    synchronized KindStatus status() {
        return new KindStatus(
                kind.kind(),
                kind.apiVersion(),
                present,
                synced,
                notWatchingSince.isEmpty(),
                notWatchingSince,
                objects,
                unreadable,
                events,
                lists,
                failures,
                trouble);
    }

    /** All objects were read. */
    synchronized void listed() {
        present = true;
        synced = true;
        lists++;
    }

    /** Changes are being told. */
    synchronized void watching() {
        if (!trouble.isEmpty()) {
            LOG.info("event=watch-restored kind={}", kind.kind());
        }
        notWatchingSince = Optional.empty();
        trouble = "";
    }

    /** The cluster does not have this kind. */
    synchronized void absent() {
        if (present) {
            LOG.info("event=kind-absent kind={} apiVersion={}", kind.kind(), kind.apiVersion());
        }
        watching();
        present = false;
        synced = true;
    }

    synchronized void failed(String reason) {
        if (trouble.isEmpty()) {
            LOG.warn("event=watch-lost kind={} reason=\"{}\"", kind.kind(), reason);
        }
        failures++;
        trouble = reason;
        if (notWatchingSince.isEmpty()) {
            notWatchingSince = Optional.of(clock.instant());
        }
    }

    synchronized void told() {
        events++;
    }

    synchronized void holds(int usable, int unusable) {
        objects = usable;
        unreadable = unusable;
    }
}
