package io.peakmesh.benchmarks.fanout;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The mesh of a run. Pod {@code i} is a replica of workload {@code i % services}, stands behind the
 * service of the same number, and runs the sidecar that opens stream {@code i}.
 *
 * @param streams sidecars that connect
 * @param services and as many workloads, each with a service account
 * @param endpoints behind each service
 * @param uses how many services each sidecar uses; replicas use the same ones
 */
record Plan(int streams, int services, int endpoints, int uses) {
    static final String NAMESPACE = "bench";
    static final int PORT = 80;
    static final int TARGET_PORT = 8080;
    private static final int PER_BLOCK = 250;

    Plan {
        if (streams < 1 || services < 1 || endpoints < 1 || uses < 1 || uses > services) {
            throw new IllegalArgumentException(
                    "streams, services, endpoints and uses must be positive, and uses at most the"
                            + " number of services");
        }
        if (Math.max(streams, services * endpoints) > PER_BLOCK * PER_BLOCK) {
            throw new IllegalArgumentException("more pods than addresses in 10.20.0.0/16");
        }
    }

    int pods() {
        return Math.max(streams, services * endpoints);
    }

    int workload(int pod) {
        return pod % services;
    }

    /** A service's name, and that of the workload and the service account behind it. */
    String service(int service) {
        return String.format(Locale.ROOT, "svc-%03d", service);
    }

    String pod(int pod) {
        return String.format(Locale.ROOT, "%s-%04d", service(workload(pod)), pod);
    }

    /** An address that nobody dials. */
    String ip(int pod) {
        return "10.20." + pod / PER_BLOCK + "." + (pod % PER_BLOCK + 1);
    }

    String clusterIp(int service) {
        return "10.96." + service / PER_BLOCK + "." + (service % PER_BLOCK + 1);
    }

    /** The pod at one place behind a service. */
    int endpoint(int service, int place) {
        return service + place * services;
    }

    /** The cluster of a service's port, and its ClusterLoadAssignment. */
    String cluster(int service) {
        return "svc|" + NAMESPACE + "/" + service(service) + "|" + PORT;
    }

    /** The virtual host of a service as an app calls it: by its full name on the default port. */
    String virtualHost(int service) {
        return "outbound/" + service(service) + "." + NAMESPACE + ".svc.cluster.local";
    }

    /** The services that a pod's sidecar uses. */
    List<Integer> usedBy(int pod) {
        int first = workload(pod) * uses;
        return IntStream.range(0, uses).map(k -> (first + k) % services).boxed().toList();
    }

    /** The streams whose sidecars use a service. */
    List<Integer> usersOf(int service) {
        boolean[] workloads = new boolean[services];
        for (int workload = 0; workload < services; workload++) {
            workloads[workload] = usedBy(workload).contains(service);
        }
        return IntStream.range(0, streams).filter(pod -> workloads[workload(pod)]).boxed().toList();
    }
}
