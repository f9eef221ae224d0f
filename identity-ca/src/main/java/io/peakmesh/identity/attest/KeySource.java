package io.peakmesh.identity.attest;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The cluster's keys as last fetched. They stay in force while the source is away or publishes what
 * cannot be used; a good set replaces the one before it as a whole, so a key that the cluster took
 * away is out of force at once.
 */
final class KeySource {
    private final ServiceAccountKeys source;
    private final Duration betweenFetches;
    private final Consumer<String> log;

    /** Held during a fetch: whoever waits for it takes what it brought. */
    private final Object fetching = new Object();

    private volatile Optional<ClusterKeys> keys = Optional.empty();
    private Optional<Instant> lastFetch = Optional.empty();
    private boolean failing;
    private List<String> ignored = List.of();

    KeySource(ServiceAccountKeys source, Duration betweenFetches, Consumer<String> log) {
        this.source = source;
        this.betweenFetches = betweenFetches;
        this.log = log;
    }

    /** Empty until the first good fetch. */
    Optional<ClusterKeys> keys() {
        return keys;
    }

    /** Fetches, whenever the last time was. */
    void fetch(Instant now) {
        synchronized (fetching) {
            fetchNow(now);
        }
    }

    /** Fetches unless that was tried a moment ago, by whomever; waits for a fetch under way. */
    void fetchIfDue(Instant now) {
        synchronized (fetching) {
            boolean due =
                    lastFetch.map(last -> !now.isBefore(last.plus(betweenFetches))).orElse(true);
            if (due) {
                fetchNow(now);
            }
        }
    }

    private void fetchNow(Instant now) {
        lastFetch = Optional.of(now);
        try {
            ClusterKeys fetched = ClusterKeys.read(source.fetch());
            if (!fetched.ignored().equals(ignored)) {
                fetched.ignored().forEach(line -> log.accept("service-account keys: " + line));
            }
            ignored = fetched.ignored();
            report(fetched);
            keys = Optional.of(fetched);
            failing = false;
        } catch (IOException | RuntimeException e) {
            if (!failing) {
                log.accept(
                        "service-account keys not fetched, "
                                + (keys.isPresent() ? "the last good ones stay" : "there are none")
                                + ": cause=\""
                                + OneLine.of(e.getMessage())
                                + "\"");
            }
            failing = true;
        }
    }

    private void report(ClusterKeys fetched) {
        boolean same =
                keys.filter(before ->
                                before.issuer().equals(fetched.issuer())
                                        && before.byId().keySet().equals(fetched.byId().keySet()))
                        .isPresent();
        if (!same || failing) {
            log.accept(
                    "service-account keys fetched: issuer="
                            + OneLine.of(fetched.issuer())
                            + " keys="
                            + fetched.byId().size());
        }
    }
}
