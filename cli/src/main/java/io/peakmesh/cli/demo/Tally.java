package io.peakmesh.cli.demo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What came of a number of requests, as the client saw it.
 *
 * @param failuresByReason why the failed ones failed → how many
 * @param byVersion version of the catalog that answered → requests
 * @param byCart cart instance that answered → requests
 * @param callers what each server saw of its caller, for example {@code catalog} → its SPIFFE ID;
 *     several are joined by a space
 * @param latenciesMillis sorted, of all requests, from the time they were due
 */
record Tally(
        int requests,
        int failures,
        SortedMap<String, Integer> failuresByReason,
        SortedMap<String, Integer> byVersion,
        SortedMap<String, Integer> byCart,
        SortedMap<String, String> callers,
        List<Double> latenciesMillis) {

    static Tally of(List<Outcome> outcomes) {
        SortedMap<String, Integer> reasons = new TreeMap<>();
        SortedMap<String, Integer> versions = new TreeMap<>();
        SortedMap<String, Integer> carts = new TreeMap<>();
        SortedMap<String, String> callers = new TreeMap<>();
        List<Double> latencies = new ArrayList<>();
        int failures = 0;
        for (Outcome outcome : outcomes) {
            latencies.add(outcome.latencyMillis());
            if (outcome.ok()) {
                count(versions, outcome.catalogVersion());
                count(carts, outcome.cart());
            } else {
                failures++;
                count(reasons, outcome.reason());
            }
            outcome.callers().forEach((server, id) -> callers.merge(server, id, Tally::both));
        }
        Collections.sort(latencies);
        return new Tally(outcomes.size(), failures, reasons, versions, carts, callers, latencies);
    }

    private static void count(SortedMap<String, Integer> counts, String key) {
        counts.merge(key, 1, Integer::sum);
    }

    private static String both(String a, String b) {
        return List.of(a.split(" ", -1)).contains(b) ? a : a + " " + b;
    }

    int version(String version) {
        return byVersion.getOrDefault(version, 0);
    }

    /** The part of all answers of the cart that came from this instance; 0 without any. */
    double cartShare(String pod) {
        int all = byCart.values().stream().mapToInt(Integer::intValue).sum();
        return byCart.getOrDefault(pod, 0) / (double) Math.max(1, all);
    }

    /** The latency that {@code share} of the requests did not exceed; 0 without requests. */
    double percentileMillis(double share) {
        if (latenciesMillis.isEmpty()) {
            return 0;
        }
        int index = (int) Math.ceil(share * latenciesMillis.size()) - 1;
        return latenciesMillis.get(Math.max(0, index));
    }

    /**
     * One request's end.
     *
     * @param reason why it failed, empty if it did not
     * @param callers server → who it says called it
     */
    record Outcome(
            boolean ok,
            String reason,
            String catalogVersion,
            String cart,
            SortedMap<String, String> callers,
            double latencyMillis) {}
}
