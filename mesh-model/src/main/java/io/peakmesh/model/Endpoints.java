package io.peakmesh.model;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What stands behind a service now.
 *
 * @param byPort service port number → endpoints, sorted by address then port, no two alike
 */
public record Endpoints(ServiceName service, SortedMap<Integer, List<Endpoint>> byPort) {
    public Endpoints {
        TreeMap<Integer, List<Endpoint>> copy = new TreeMap<>();
        byPort.forEach((port, list) -> copy.put(port, List.copyOf(list)));
        byPort = Collections.unmodifiableSortedMap(copy);
    }

    public List<Endpoint> on(int port) {
        return byPort.getOrDefault(port, List.of());
    }
}
