package io.peakmesh.model;

import java.util.List;
import java.util.Optional;

/**
 * One address behind one port of a service.
 *
 * @param address an IP address in its canonical text form
 * @param port the app's own port there
 * @param health whether it may get new traffic
 * @param workload the instance behind it, empty for an address outside the mesh's knowledge
 * @param serviceAccount who its proxy must prove to be; empty for an unmeshed endpoint
 * @param proxy how its proxy is reached
 * @param weight relative share among the endpoints, 1 to 128
 * @param forZones the zones whose callers should prefer it (EndpointSlice hints), sorted; empty if
 *     it has no hints
 * @param hostname its own name below that of a headless service, as in {@code db-0}; mostly empty
 */
public record Endpoint(
        String address,
        int port,
        Health health,
        Optional<WorkloadName> workload,
        Optional<ServiceAccountName> serviceAccount,
        ProxyMode proxy,
        String node,
        String zone,
        int weight,
        List<String> forZones,
        String hostname) {
    public Endpoint {
        forZones = List.copyOf(forZones);
    }

    /** One that has no name of its own. */
    public Endpoint(
            String address,
            int port,
            Health health,
            Optional<WorkloadName> workload,
            Optional<ServiceAccountName> serviceAccount,
            ProxyMode proxy,
            String node,
            String zone,
            int weight,
            List<String> forZones) {
        this(
                address,
                port,
                health,
                workload,
                serviceAccount,
                proxy,
                node,
                zone,
                weight,
                forZones,
                "");
    }

    /** Kubernetes' ready, serving and terminating conditions as one word. */
    public enum Health {
        READY,
        /** Terminating but still serving: used only when nothing is ready. */
        DRAINING,
        NOT_READY
    }
}
