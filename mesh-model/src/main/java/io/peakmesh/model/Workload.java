package io.peakmesh.model;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One running instance: a pod, or a VM.
 *
 * @param uid unique over time: a pod made again under the same name has another
 * @param addresses its own IP addresses, first the primary one; empty while it has none
 * @param ports where its app listens: container ports and every target port that a service or an
 *     endpoint names, sorted by number
 * @param localPorts TCP destinations reached through the proxy's own listeners, sorted by port
 * @param node the machine it runs on, empty when unknown
 * @param zone that machine's zone, empty when unknown
 */
public record Workload(
        WorkloadName name,
        String uid,
        ServiceAccountName serviceAccount,
        List<String> addresses,
        SortedMap<String, String> labels,
        ProxyMode proxy,
        List<WorkloadPort> ports,
        List<LocalPort> localPorts,
        String node,
        String zone) {
    public Workload {
        addresses = List.copyOf(addresses);
        labels = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        ports = List.copyOf(ports);
        localPorts = List.copyOf(localPorts);
    }

    /**
     * Whether every pair of {@code selector} stands among the labels; an empty one selects nothing.
     */
    public boolean matches(Map<String, String> selector) {
        return !selector.isEmpty() && labels.entrySet().containsAll(selector.entrySet());
    }
}
