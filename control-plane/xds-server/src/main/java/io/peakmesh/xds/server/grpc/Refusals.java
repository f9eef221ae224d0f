package io.peakmesh.xds.server.grpc;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs who was refused and why: once for each pair in ten minutes, and at most 1,000 pairs are
 * remembered, so that nobody can fill a disk by knocking.
 */
public final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final Duration QUIET = Duration.ofMinutes(10);
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int REMEMBERED = 1_000;
    private static final int LINES_A_MINUTE = 100;

    private record Pair(String who, String reason) {}

    private final InstantSource clock;
    private final SequencedMap<Pair, Instant> said = new LinkedHashMap<>();
    private Instant window = Instant.MIN;
    private int lines;
    private long total;

    public Refusals(InstantSource clock) {
        this.clock = clock;
    }

    /** {@code who} is a workload where that was verified, else an address without its port. */
    public synchronized void refused(String who, String reason) {
        total++;
        Instant now = clock.instant();
        Pair pair = new Pair(who, reason);
        Instant before = said.get(pair);
        if (before != null && now.isBefore(before.plus(QUIET))) {
            return;
        }
        said.remove(pair);
        said.putLast(pair, now);
        if (said.size() > REMEMBERED) {
            said.pollFirstEntry();
        }
        if (!now.isBefore(window)) {
            window = now.plus(WINDOW);
            lines = 0;
        }
        if (lines++ < LINES_A_MINUTE) {
            LOG.warn("xds stream refused: peer={} reason=\"{}\"", who, reason);
        }
    }

    public synchronized long total() {
        return total;
    }
}
