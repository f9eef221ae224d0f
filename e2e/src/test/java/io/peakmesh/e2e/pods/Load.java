package io.peakmesh.e2e.pods;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What came of the requests of the sample shop's load generator, in some of the seconds of its
 * life.
 *
 * @param lastSecond the newest one told, by the generator's own count; 0 before the first
 * @param failures reason → requests
 * @param versions version of the catalog → requests that it answered
 * @param carts instance of the cart → requests that it answered
 * @param callers server, as in {@code catalog} → the SPIFFE IDs that it saw, or {@code none}
 */
public record Load(
        int lastSecond,
        long requests,
        long failed,
        SortedMap<String, Long> failures,
        SortedMap<String, Long> versions,
        SortedMap<String, Long> carts,
        SortedMap<String, SortedSet<String>> callers) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public Load {
        failures = Collections.unmodifiableSortedMap(failures);
        versions = Collections.unmodifiableSortedMap(versions);
        carts = Collections.unmodifiableSortedMap(carts);
        callers = Collections.unmodifiableSortedMap(callers);
    }

    /** Of the lines that the generator logged, those of the seconds after one. */
    static Load of(String log, int afterSecond) {
        int last = afterSecond;
        long requests = 0;
        long failed = 0;
        SortedMap<String, Long> failures = new TreeMap<>();
        SortedMap<String, Long> versions = new TreeMap<>();
        SortedMap<String, Long> carts = new TreeMap<>();
        SortedMap<String, SortedSet<String>> callers = new TreeMap<>();
        for (String text : log.lines().filter(line -> line.startsWith("{\"second\"")).toList()) {
            JsonNode line = read(text);
            if (line.path("second").asInt() <= afterSecond) {
                continue;
            }
            last = line.path("second").asInt();
            requests += line.path("requests").asLong();
            failed += line.path("failed").asLong();
            add(line.path("failures"), failures);
            add(line.path("versions"), versions);
            add(line.path("carts"), carts);
            line.path("callers")
                    .properties()
                    .forEach(seen ->
                            callers.computeIfAbsent(seen.getKey(), name -> new TreeSet<>())
                                    .addAll(List.of(seen.getValue().asText().split(" ", -1))));
        }
        return new Load(last, requests, failed, failures, versions, carts, callers);
    }

    private static JsonNode read(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the load generator logged: " + line, e);
        }
    }

    private static void add(JsonNode counts, SortedMap<String, Long> into) {
        counts.properties()
                .forEach(count -> into.merge(count.getKey(), count.getValue().asLong(), Long::sum));
    }

    /** The part of all answered requests that a version of the catalog answered; 0 without any. */
    public double share(String version) {
        long all = versions.values().stream().mapToLong(Long::longValue).sum();
        return versions.getOrDefault(version, 0L) / (double) Math.max(1, all);
    }
}
