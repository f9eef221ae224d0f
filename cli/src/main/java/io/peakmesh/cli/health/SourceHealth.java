package io.peakmesh.cli.health;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How a control plane's source is doing. */
public interface SourceHealth {
    /** One for each kind that is watched; none where the source cannot go away (a folder). */
    List<Feed> feeds();

    /** Whether this replica writes what only one may write. */
    boolean leader();

    /**
     * The objects of one kind.
     *
     * @param complete whether all of them were read once
     * @param connected whether changes arrive now
     * @param since when {@code connected} last changed
     * @param objects known now
     * @param events taken in so far
     * @param relists read anew, all of them, so far
     * @param trouble why it is not connected; empty if it is
     */
    record Feed(
            String kind,
            boolean complete,
            boolean connected,
            Optional<Instant> since,
            long objects,
            long events,
            long relists,
            String trouble) {
        /** For JSON; what is empty is left out. */
        private Map<String, Object> report() {
            Map<String, Object> report = new LinkedHashMap<>();
            report.put("kind", kind);
            report.put("complete", complete);
            report.put("connected", connected);
            since.ifPresent(time -> report.put("since", time.toString()));
            report.put("objects", objects);
            report.put("events", events);
            report.put("relists", relists);
            if (!trouble.isEmpty()) {
                report.put("trouble", trouble);
            }
            return report;
        }
    }

    /** For {@code mesh check}. */
    default Map<String, Object> report() {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("leader", leader());
        report.put("feeds", feeds().stream().map(Feed::report).toList());
        return report;
    }
}
