package io.peakmesh.kube.lease;

import java.time.Duration;
import java.util.LinkedHashSet;

/**
 * Whose the lease is, seen from one process. Pure; all times are one monotonic clock's nanoseconds.
 *
 * <p>How long another has held still is counted from when a change of its record was seen here,
 * never from the times written in it, so clocks that differ or are set cannot make two leaders. A
 * record is this process's own if it wrote it, known by the time written in it: one of the same
 * name may be from before a restart, or of a second process that was given the same name.
 */
final class Claim {
    /** A record of the lease as it is read. */
    record Seen(String holder, String renewed, Duration duration) {}

    /** What to do now. */
    enum Move {
        /** Write the lease: it is free, or this process's to renew. */
        WRITE,
        /** It is another's. */
        WAIT
    }

    private static final int UNSURE_KEPT = 16;

    private final String identity;
    private final Duration deadline;

    /** Times of writes that were done or may have been; an older one of these is overwritten. */
    private final LinkedHashSet<String> written = new LinkedHashSet<>();

    private String record = "";
    private long recordSince;
    private boolean leading;
    private long leadUntil;

    Claim(String identity, Duration deadline) {
        this.identity = identity;
        this.deadline = deadline;
    }

    /** Takes a look at the record. */
    Move saw(Seen seen, long now) {
        if (seen.holder().equals(identity) && written.contains(seen.renewed())) {
            return Move.WRITE;
        }
        leading = false;
        if (seen.holder().isEmpty()) {
            return Move.WRITE;
        }
        String text = seen.holder() + " " + seen.renewed();
        if (!text.equals(record)) {
            record = text;
            recordSince = now;
        }
        return now - recordSince >= seen.duration().toNanos() ? Move.WRITE : Move.WAIT;
    }

    /** A write with this time in it is about to be sent. */
    void writing(String renewed) {
        written.add(renewed);
        if (written.size() > UNSURE_KEPT) {
            written.removeFirst();
        }
    }

    /** The write that was sent at {@code sent} is done. */
    void wrote(String renewed, long sent) {
        written.clear();
        written.add(renewed);
        record = "";
        leading = true;
        leadUntil = sent + deadline.toNanos();
    }

    /** The write was certainly not done, because another's came before. */
    void refused(String renewed) {
        written.remove(renewed);
    }

    /** Whether this process may act as the leader at this time. */
    boolean leads(long now) {
        return leading && leadUntil - now > 0;
    }

    /** How long it may still act without another write, zero or less if not. */
    Duration left(long now) {
        return leading ? Duration.ofNanos(leadUntil - now) : Duration.ZERO;
    }
}
