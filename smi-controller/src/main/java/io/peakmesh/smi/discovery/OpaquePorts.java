package io.peakmesh.smi.discovery;

import io.peakmesh.smi.object.Fields;
import io.peakmesh.smi.object.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Ports whose bytes are never looked at: protocols where the server speaks first, which detection
 * would wait for in vain.
 */
record OpaquePorts(List<Range> ranges) {
    static final String ANNOTATION = "config.peakmesh.io/opaque-ports";
    static final int MAX_RANGES = 100;

    static final String SKIPPED = "config.peakmesh.io/skip-inbound-ports";
    static final OpaquePorts NONE = new OpaquePorts(List.of());

    /** SMTP, MySQL, Galera, PostgreSQL, Redis, Elasticsearch and Memcached: Linkerd's list. */
    static final OpaquePorts DEFAULT =
            new OpaquePorts(
                    List.of(
                            new Range(25, 25),
                            new Range(587, 587),
                            new Range(3306, 3306),
                            new Range(4444, 4444),
                            new Range(5432, 5432),
                            new Range(6379, 6379),
                            new Range(9300, 9300),
                            new Range(11211, 11211)));

    record Range(int first, int last) {}

    OpaquePorts {
        ranges = List.copyOf(ranges);
    }

    boolean contains(int port) {
        return ranges.stream().anyMatch(r -> r.first <= port && port <= r.last);
    }

    /**
     * What the annotation says; absent where there is none, {@code earlier} where it cannot be
     * read. An empty text means that no port is opaque.
     */
    static Optional<OpaquePorts> read(
            SortedMap<String, String> annotations, Optional<OpaquePorts> earlier, Report report) {
        return read(ANNOTATION, annotations, earlier, report);
    }

    /** The ports that a pod's redirect leaves alone, as far as they are known. */
    static OpaquePorts past(
            SortedMap<String, String> annotations, OpaquePorts earlier, Report report) {
        return read(SKIPPED, annotations, Optional.of(earlier), report).orElse(NONE);
    }

    private static Optional<OpaquePorts> read(
            String annotation,
            SortedMap<String, String> annotations,
            Optional<OpaquePorts> earlier,
            Report report) {
        String text = annotations.get(annotation);
        if (text == null) {
            return Optional.empty();
        }
        List<Range> ranges = new ArrayList<>();
        String[] items = text.isBlank() ? new String[0] : text.split(",", MAX_RANGES + 1);
        for (String item : items) {
            Optional<Range> range = items.length > MAX_RANGES ? Optional.empty() : range(item);
            if (range.isEmpty()) {
                report.error(
                        Annotations.path(annotation),
                        "must be a comma list of at most 100 ports and ranges such as"
                                + " 3306,8000-8010, is "
                                + Fields.quote(text));
                return earlier;
            }
            ranges.add(range.get());
        }
        return Optional.of(new OpaquePorts(ranges));
    }

    private static Optional<Range> range(String item) {
        String[] ends = item.strip().split("-", -1);
        Optional<Integer> first = Annotations.port(ends[0].strip());
        Optional<Integer> last = Annotations.port(ends[ends.length - 1].strip());
        boolean good =
                ends.length <= 2
                        && first.isPresent()
                        && last.isPresent()
                        && first.get() <= last.get();
        return good ? Optional.of(new Range(first.get(), last.get())) : Optional.empty();
    }
}
