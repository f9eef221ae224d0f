package io.peakmesh.peakewma;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The endpoints of one priority.
 *
 * @param health share of 100 that it can take: 140 % of the usable part of its endpoints
 * @param usable those that can be chosen, in order
 * @param localities those that have a usable endpoint, in order
 * @param localityWeights sum of the weights of {@code localities}
 */
record Tier<C extends Candidate>(
        int health, Group<C> usable, List<Locality<C>> localities, long localityWeights) {

    record Locality<C extends Candidate>(long weight, Group<C> usable) {}

    Tier {
        localities = List.copyOf(localities);
    }

    static <C extends Candidate> Tier<C> of(List<C> all) {
        Map<String, Long> weightByName = new LinkedHashMap<>();
        Map<String, List<C>> usableByName = new LinkedHashMap<>();
        List<C> usable = new ArrayList<>();
        for (C candidate : all) {
            Place place = candidate.place();
            List<C> near = usableByName.computeIfAbsent(place.locality(), _ -> new ArrayList<>());
            weightByName.putIfAbsent(place.locality(), place.localityWeight());
            if (place.usable()) {
                usable.add(candidate);
                near.add(candidate);
            }
        }
        List<Locality<C>> localities = new ArrayList<>();
        long weights = 0;
        for (Map.Entry<String, Long> entry : weightByName.entrySet()) {
            List<C> near = usableByName.getOrDefault(entry.getKey(), List.of());
            if (!near.isEmpty()) {
                localities.add(new Locality<>(entry.getValue(), new Group<>(near)));
                weights += entry.getValue();
            }
        }
        int health = health(usable.size(), all.size());
        return new Tier<>(health, new Group<>(usable), localities, weights);
    }

    private static int health(int usable, int total) {
        if (usable == 0) {
            return 0;
        }
        return Math.clamp(140L * usable / total, 1, 100);
    }
}
