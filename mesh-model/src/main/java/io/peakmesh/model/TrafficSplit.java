package io.peakmesh.model;

import java.util.List;

/**
 * An SMI TrafficSplit with its references resolved.
 *
 * @param name {@code namespace/name} of the object
 * @param matches empty = every request; otherwise requests that meet none stay with the root itself
 * @param backends never empty, at least one weight above 0
 */
public record TrafficSplit(
        String name, ServiceName root, List<HttpMatch> matches, List<Backend> backends) {
    public TrafficSplit {
        matches = List.copyOf(matches);
        backends = List.copyOf(backends);
    }

    /**
     * A leaf: the service's own endpoints, never its split.
     *
     * @param weight relative share, 0 or more
     */
    public record Backend(ServiceName service, int weight) {}
}
