package io.peakmesh.kube.status;

import io.peakmesh.kube.connect.Pace;
import io.peakmesh.smi.object.ObjectKey;
import io.peakmesh.smi.status.Notice;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which notices become events, and how often an event has happened. Pure: the time is handed in.
 *
 * <p>The same notice again within ten minutes of the last one counts on the event that is there. Of
 * an object {@value #OBJECT_BURST} events are made at once and one a minute over time; what is over
 * that is dropped. Limit: {@value #MAX_KNOWN} notices are remembered, the one that has been silent
 * longest is forgotten first.
 */
final class EventLog {
    static final Duration REMEMBERED = Duration.ofMinutes(10);
    static final Duration BETWEEN_COUNTS = Duration.ofMinutes(1);
    static final int OBJECT_BURST = 10;
    static final int MAX_KNOWN = 10_000;
    private static final double OBJECT_PER_SECOND = 1 / 60.0;

    /**
     * What to write.
     *
     * @param name the event's, which is the same as long as it is counted on
     * @param first when it happened first
     * @param last when it happened last
     * @param count how often
     * @param create whether there is no event of that name yet
     */
    record Due(
            Notice notice, String name, Instant first, Instant last, int count, boolean create) {}

    private record Identity(ObjectKey object, String uid, String reason, String message) {
        static Identity of(Notice notice) {
            return new Identity(notice.object(), notice.uid(), notice.reason(), notice.message());
        }
    }

    private static final class Known {
        private final Notice notice;
        private final String name;
        private final Instant first;
        private Instant last;
        private int count = 1;
        private int written;
        private Instant writtenAt = Instant.MIN;

        Known(Notice notice, String name, Instant now) {
            this.notice = notice;
            this.name = name;
            this.first = now;
            this.last = now;
        }

        boolean due(Instant now) {
            return count > written && !now.isBefore(dueAt());
        }

        Instant dueAt() {
            return written < 2 ? Instant.MIN : writtenAt.plus(BETWEEN_COUNTS);
        }
    }

    private final String instance;
    private final LinkedHashMap<Identity, Known> known = new LinkedHashMap<>();
    private final Map<ObjectKey, Pace> objects = new LinkedHashMap<>();
    private long number;
    private long dropped;

    EventLog(String instance) {
        this.instance = instance;
    }

    /** Takes a notice; false if it is dropped. */
    boolean add(Notice notice, Instant now) {
        forget(now);
        Identity identity = Identity.of(notice);
        Known before = known.remove(identity);
        if (before != null) {
            before.count++;
            before.last = now;
            known.put(identity, before);
            return true;
        }
        Pace pace =
                objects.computeIfAbsent(
                        notice.object(), _ -> new Pace(OBJECT_PER_SECOND, OBJECT_BURST));
        if (pace.take(now).isPositive()) {
            dropped++;
            return false;
        }
        known.put(
                identity, new Known(notice, EventBody.name(notice, instance, now, number++), now));
        return true;
    }

    /** The next event to write, if any is due. */
    Optional<Due> due(Instant now) {
        for (Known each : known.values()) {
            if (each.due(now)) {
                return Optional.of(
                        new Due(
                                each.notice,
                                each.name,
                                each.first,
                                each.last,
                                each.count,
                                each.written == 0));
            }
        }
        return Optional.empty();
    }

    /** How long until something is due if no notice comes; {@code most} if nothing waits. */
    Duration rest(Instant now, Duration most) {
        Duration rest = most;
        for (Known each : known.values()) {
            if (each.count > each.written) {
                Duration left =
                        each.dueAt().isAfter(now)
                                ? Duration.between(now, each.dueAt())
                                : Duration.ZERO;
                rest = left.compareTo(rest) < 0 ? left : rest;
            }
        }
        return rest;
    }

    /** It is written, up to this count. */
    void written(Due due, Instant now) {
        Known each = known.get(Identity.of(due.notice()));
        if (each != null && each.name.equals(due.name())) {
            each.written = due.count();
            each.writtenAt = now;
        }
    }

    /** It cannot be written, or is there no more: the next such notice makes a new event. */
    void gone(Due due) {
        known.computeIfPresent(
                Identity.of(due.notice()), (_, each) -> each.name.equals(due.name()) ? null : each);
    }

    /** How many were dropped and not yet taken note of. */
    long dropped() {
        return dropped;
    }

    /** The same; from now on they are counted from zero. */
    long takeDropped() {
        long since = dropped;
        dropped = 0;
        return since;
    }

    /** These objects are no more; one made anew is another, by its uid. */
    void forget(Set<ObjectKey> gone) {
        known.keySet().removeIf(identity -> gone.contains(identity.object()));
        objects.keySet().removeAll(gone);
    }

    void clear() {
        known.clear();
        objects.clear();
    }

    private void forget(Instant now) {
        Instant before = now.minus(REMEMBERED);
        Iterator<Known> oldest = known.values().iterator();
        while (oldest.hasNext()) {
            // they stand in the order of their last time
            Known each = oldest.next();
            boolean old = each.last.isBefore(before) && each.count == each.written;
            if (!old && known.size() < MAX_KNOWN) {
                break;
            }
            oldest.remove();
        }
        if (objects.size() >= MAX_KNOWN) {
            objects.values().removeIf(pace -> pace.full(now));
        }
        Iterator<Pace> longest = objects.values().iterator();
        while (objects.size() >= MAX_KNOWN && longest.hasNext()) {
            longest.next();
            longest.remove();
        }
    }
}
