package io.peakmesh.benchmarks.fanout;

import java.util.Locale;

/** The mesh of a {@link Plan} as Kubernetes objects, in YAML. */
final class Manifests {
    private Manifests() {}

    static String namespace() {
        return """
        apiVersion: v1
        kind: Namespace
        metadata: {name: %s}
        """
                .formatted(Plan.NAMESPACE);
    }

    /** A service, and the service account of the workload behind it. */
    static String service(Plan plan, int service) {
        return """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: %2$s, namespace: %1$s}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: %2$s, namespace: %1$s}
        spec:
          clusterIP: %3$s
          selector: {app: %2$s}
          ports: [{name: http, port: %4$d, targetPort: %5$d}]
        """
                .formatted(
                        Plan.NAMESPACE,
                        plan.service(service),
                        plan.clusterIp(service),
                        Plan.PORT,
                        Plan.TARGET_PORT);
    }

    /** The replicas of the workload behind a service, each with a sidecar. */
    static String pods(Plan plan, int service) {
        StringBuilder pods = new StringBuilder();
        for (int pod = service; pod < plan.pods(); pod += plan.services()) {
            pods.append(
                    """
                    ---
                    apiVersion: v1
                    kind: Pod
                    metadata:
                      name: %2$s
                      namespace: %1$s
                      uid: %3$s
                      labels: {app: %4$s}
                      annotations: {peakmesh.io/proxy: mesh-port}
                    spec:
                      serviceAccountName: %4$s
                      nodeName: node-%5$d
                      containers: [{name: app, ports: [{containerPort: %6$d}]}]
                    status: {podIP: %7$s}
                    """
                            .formatted(
                                    Plan.NAMESPACE,
                                    plan.pod(pod),
                                    uid(pod),
                                    plan.service(service),
                                    pod % 10,
                                    Plan.TARGET_PORT,
                                    plan.ip(pod)));
        }
        return pods.toString();
    }

    private static String uid(int pod) {
        return String.format(Locale.ROOT, "00000000-0000-4000-8000-%012d", pod);
    }

    static String slice(Plan plan, int service, int out) {
        StringBuilder slice =
                new StringBuilder(
                        """
                        apiVersion: discovery.k8s.io/v1
                        kind: EndpointSlice
                        metadata:
                          name: %2$s-1
                          namespace: %1$s
                          labels: {kubernetes.io/service-name: %2$s}
                        addressType: IPv4
                        ports: [{name: http, port: %3$d, protocol: TCP}]
                        endpoints:
                        """
                                .formatted(
                                        Plan.NAMESPACE, plan.service(service), Plan.TARGET_PORT));
        for (int place = 0; place < plan.endpoints(); place++) {
            int pod = plan.endpoint(service, place);
            boolean ready = place != out;
            slice.append(
                    """
                    - addresses: [%s]
                      conditions: {ready: %s, serving: %s, terminating: false}
                      nodeName: node-%d
                      targetRef: {kind: Pod, name: %s, namespace: %s}
                    """
                            .formatted(
                                    plan.ip(pod),
                                    ready,
                                    ready,
                                    pod % 10,
                                    plan.pod(pod),
                                    Plan.NAMESPACE));
        }
        return slice.toString();
    }
}
