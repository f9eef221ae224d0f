package io.peakmesh.xds.translator;

import io.peakmesh.model.WorkloadName;

/**
 * Who asks for a resource, and what its proxy is able to do.
 *
 * @param zone where it runs, empty if unknown
 * @param peakEwma whether its Envoy carries the Peak-EWMA module
 */
public record Asker(WorkloadName workload, String zone, boolean peakEwma) {
    /** A proxy of which nothing is known but whose it is: it gets what every Envoy understands. */
    public static Asker stock(WorkloadName workload) {
        return new Asker(workload, "", false);
    }
}
