package io.peakmesh.xds.server.grpc;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs who was refused and why: once for each pair in ten minutes. Nobody can fill a disk by
 * knocking, nor hide another's refusal: in a minute each peer gets 20 lines and all together 100;
 * what exceeds that is counted, the count is a line at the minute's end, and a pair that had no
 * line of its own gets one when it comes again.
 */
public final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final Duration QUIET = Duration.ofMinutes(10);
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int REMEMBERED = 1_000;
    private static final int LINES = 100;
    private static final int LINES_OF_ONE = 20;

    private record Pair(String who, String reason) {}

    private final InstantSource clock;
    private final Consumer<String> log;
    private final SequencedMap<Pair, Instant> said = new LinkedHashMap<>();

    /** Lines of this window by peer: of no more peers than there are lines. */
    private final Map<String, Integer> lines = new HashMap<>();

    private Instant windowEnd = Instant.MIN;
    private int allLines;
    private long suppressed;
    private String lastSuppressed = "";
    private long total;

    public Refusals(InstantSource clock) {
        this(clock, LOG::warn);
    }

    Refusals(InstantSource clock, Consumer<String> log) {
        this.clock = clock;
        this.log = log;
    }

    /** {@code who} is a workload where that was verified, else an address without its port. */
    public synchronized void refused(String who, String reason) {
        total++;
        summarise();
        Instant now = clock.instant();
        Pair pair = new Pair(who, reason);
        Instant before = said.get(pair);
        if (before != null && now.isBefore(before.plus(QUIET))) {
            return;
        }
        if (allLines >= LINES || lines.getOrDefault(who, 0) >= LINES_OF_ONE) {
            suppressed++;
            lastSuppressed = who;
            return;
        }
        said.remove(pair);
        said.putLast(pair, now);
        if (said.size() > REMEMBERED) {
            said.pollFirstEntry();
        }
        allLines++;
        lines.merge(who, 1, Integer::sum);
        log.accept("xds stream refused: peer=" + who + " reason=\"" + reason + "\"");
    }

    /** Ends the minute if it is over; to be called now and then. */
    public synchronized void summarise() {
        Instant now = clock.instant();
        if (now.isBefore(windowEnd)) {
            return;
        }
        if (suppressed > 0) {
            log.accept(
                    "xds streams refused beyond those logged: count="
                            + suppressed
                            + " last_peer="
                            + lastSuppressed);
        }
        windowEnd = now.plus(WINDOW);
        allLines = 0;
        lines.clear();
        suppressed = 0;
    }

    public synchronized long total() {
        return total;
    }
}
