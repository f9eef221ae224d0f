package io.peakmesh.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the load generator tells: one line of JSON a second, and one of all seconds at the end. The
 * last one has {@code "total": true}, its {@code requests} are the sum of those above it. Used by
 * one thread at a time.
 */
final class LoadLog {
    /** Entries in one table of the total; what is new after that is counted together. */
    static final int MAX_ENTRIES = 100;

    static final String OTHERS = "others";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintWriter out;
    private int seconds;
    private long requests;
    private long failed;
    private double slowestMillis;
    private final SortedMap<String, Long> failures = new TreeMap<>();
    private final SortedMap<String, Long> versions = new TreeMap<>();
    private final SortedMap<String, Long> carts = new TreeMap<>();
    private final SortedMap<String, SortedSet<String>> callers = new TreeMap<>();

    LoadLog(PrintWriter out) {
        this.out = out;
    }

    /** Tells of the requests that ended in one second. */
    void second(List<Tally.Outcome> ended) {
        Tally tally = Tally.of(ended);
        add(tally);
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("second", seconds);
        line.put("requests", tally.requests());
        line.put("failed", tally.failures());
        line.put("failures", tally.failuresByReason());
        line.put("versions", tally.byVersion());
        line.put("carts", tally.byCart());
        line.put("callers", tally.callers());
        line.put("p50Millis", rounded(tally.percentileMillis(0.5)));
        line.put("p99Millis", rounded(tally.percentileMillis(0.99)));
        print(line);
    }

    /** Tells of all seconds. */
    void total() {
        Map<String, String> joined = new TreeMap<>();
        callers.forEach((server, ids) -> joined.put(server, String.join(" ", ids)));
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("total", true);
        line.put("seconds", seconds);
        line.put("requests", requests);
        line.put("failed", failed);
        line.put("failures", failures);
        line.put("versions", versions);
        line.put("carts", carts);
        line.put("callers", joined);
        line.put("slowestMillis", rounded(slowestMillis));
        print(line);
    }

    private void add(Tally tally) {
        seconds++;
        requests += tally.requests();
        failed += tally.failures();
        slowestMillis = Math.max(slowestMillis, tally.percentileMillis(1));
        count(failures, tally.failuresByReason());
        count(versions, tally.byVersion());
        count(carts, tally.byCart());
        tally.callers()
                .forEach((server, ids) -> {
                    SortedSet<String> known = callers.computeIfAbsent(server, s -> new TreeSet<>());
                    for (String id : Arrays.asList(ids.split(" ", -1))) {
                        known.add(known.size() < MAX_ENTRIES ? id : OTHERS);
                    }
                });
    }

    private static void count(SortedMap<String, Long> into, SortedMap<String, Integer> more) {
        more.forEach((key, count) -> {
            boolean fits = into.containsKey(key) || into.size() < MAX_ENTRIES;
            into.merge(fits ? key : OTHERS, (long) count, Long::sum);
        });
    }

    private static double rounded(double millis) {
        return Math.round(millis * 10) / 10.0;
    }

    private void print(Map<String, Object> line) {
        try {
            out.println(JSON.writeValueAsString(line));
            out.flush();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of numbers and texts", e);
        }
    }
}
