package io.peakmesh.model;

import java.util.List;

/**
 * An SMI TrafficTarget with its references resolved: {@code sources} may do any of {@code grants}
 * at workloads of {@code destination}. Additive; a target without grants allows nothing.
 *
 * @param name {@code namespace/name} of the object, for reasons and counters
 */
public record TrafficTarget(
        String name, ServiceAccountName destination, List<Source> sources, List<Grant> grants) {
    public TrafficTarget {
        sources = List.copyOf(sources);
        grants = List.copyOf(grants);
    }
}
