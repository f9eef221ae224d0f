package io.peakmesh.benchmarks.fanout;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The names that a sidecar asks for; replicas of a workload share one.
 *
 * @param clusters in the order of {@code virtualHosts}; also the names of their endpoints
 * @param places cluster → its place in {@code clusters}
 * @param services place → number of the service
 */
record Uses(
        List<String> virtualHosts,
        List<String> clusters,
        Map<String, Integer> places,
        List<Integer> services) {
    static Uses of(Plan plan, int pod) {
        List<Integer> services = plan.usedBy(pod);
        List<String> clusters = new ArrayList<>();
        List<String> virtualHosts = new ArrayList<>();
        Map<String, Integer> places = new HashMap<>();
        for (int service : services) {
            places.put(plan.cluster(service), clusters.size());
            clusters.add(plan.cluster(service));
            virtualHosts.add(plan.virtualHost(service));
        }
        return new Uses(
                List.copyOf(virtualHosts), List.copyOf(clusters), Map.copyOf(places), services);
    }
}
