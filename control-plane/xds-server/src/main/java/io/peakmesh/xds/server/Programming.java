package io.peakmesh.xds.server;

import io.peakmesh.model.ServiceName;
import io.peakmesh.model.WorkloadName;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far the newest mesh has come in the data plane, by what its resources are about: the subjects
 * that were asked for.
 *
 * @param generation of the mesh that this is about
 * @param services for each service the virtual hosts, clusters and endpoints that it shaped, in the
 *     proxies that call it
 * @param workloads for each workload the listener that lets its callers in, with its routes, in its
 *     own proxy; no proxy if that has no stream
 */
public record Programming(
        long generation,
        Map<ServiceName, Progress> services,
        Map<WorkloadName, Progress> workloads) {
    public Programming {
        services = Collections.unmodifiableMap(new TreeMap<>(services));
        workloads = Collections.unmodifiableMap(new TreeMap<>(workloads));
    }

    /**
     * Of one subject.
     *
     * @param proxies that are subscribed to a resource of it
     * @param current of them that have acknowledged the newest version of all of those
     * @param refusals of them that refused the newest version of one, at most ten
     */
    public record Progress(int proxies, int current, List<Refusal> refusals) {
        public Progress {
            refusals = List.copyOf(refusals);
        }
    }

    /** {@code text} is what the NACK said. */
    public record Refusal(WorkloadName proxy, String text) {}
}
