package io.peakmesh.e2e.real;

/** The Kubernetes objects of the tests, as text. */
public final class Yaml {
    private Yaml() {}

    public static String namespace(String name, String access, String unmeshedCallers) {
        return """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: %s
          annotations: {peakmesh.io/access: %s, peakmesh.io/unmeshed-callers: %s}
        """
                .formatted(name, access, unmeshedCallers);
    }

    public static String account(String namespace, String name) {
        return """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: %s, namespace: %s}
        """
                .formatted(name, namespace);
    }

    /** A service without a cluster IP of the pods whose label {@code app} is its name. */
    public static String service(String namespace, String name, String ports) {
        return """
        apiVersion: v1
        kind: Service
        metadata: {name: %s, namespace: %s}
        spec:
          selector: {app: %s}
          ports: [%s]
        """
                .formatted(name, namespace, name, ports);
    }

    public static String service(
            String namespace, String name, String app, String clusterIp, String ports) {
        return """
        apiVersion: v1
        kind: Service
        metadata: {name: %s, namespace: %s}
        spec:
          selector: {app: %s}
          clusterIP: %s
          ports: [%s]
        """
                .formatted(name, namespace, app, clusterIp, ports);
    }

    /** A service without a cluster IP of the pods whose label {@code app} is its name. */
    public static String annotated(
            String namespace, String name, String annotations, String ports) {
        return """
        apiVersion: v1
        kind: Service
        metadata: {name: %s, namespace: %s, annotations: {%s}}
        spec:
          selector: {app: %s}
          ports: [%s]
        """
                .formatted(name, namespace, annotations, name, ports);
    }

    /** An EndpointSlice of a service's one unnamed port. */
    public static String slice(String namespace, String service, int port, String endpoints) {
        return """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata:
          name: %s-1
          namespace: %s
          labels: {kubernetes.io/service-name: %s}
        addressType: IPv4
        ports: [{port: %d, protocol: TCP}]
        endpoints: [%s]
        """
                .formatted(service, namespace, service, port, endpoints);
    }

    /** An endpoint of a slice: a pod in a zone, hinted at the callers of that zone. */
    public static String hinted(Pod pod, String zone) {
        return """
        {addresses: ["%s"], zone: %s, hints: {forZones: [{name: %s}]}, \
        targetRef: {kind: Pod, name: %s, namespace: %s}}\
        """
                .formatted(pod.ip(), zone, zone, pod.name(), pod.namespace());
    }

    public static String port(String name, int port, int target) {
        return "{name: %s, port: %d, targetPort: %d}".formatted(name, port, target);
    }

    public static String split(String namespace, String root, String backends) {
        return """
        apiVersion: split.smi-spec.io/v1alpha4
        kind: TrafficSplit
        metadata: {name: %s, namespace: %s}
        spec:
          service: %s
          backends: [%s]
        """
                .formatted(root, namespace, root, backends);
    }

    public static String backend(String service, int weight) {
        return "{service: %s, weight: %d}".formatted(service, weight);
    }

    /** Lets one service account do at another what one rule of {@code kind} says. */
    public static String target(
            String namespace, String from, String to, String kind, String rule) {
        return """
        apiVersion: access.smi-spec.io/v1alpha3
        kind: TrafficTarget
        metadata: {name: %s-to-%s-%s, namespace: %s}
        spec:
          destination: {kind: ServiceAccount, name: %s, namespace: %s}
          sources: [{kind: ServiceAccount, name: %s, namespace: %s}]
          rules: [{kind: %s, name: %s}]
        """
                .formatted(from, to, rule, namespace, to, namespace, from, namespace, kind, rule);
    }

    /** An HTTPRouteGroup with one match. */
    public static String routes(String namespace, String name, String pathRegex, String method) {
        return """
        apiVersion: specs.smi-spec.io/v1alpha4
        kind: HTTPRouteGroup
        metadata: {name: %s, namespace: %s}
        spec:
          matches: [{name: all, pathRegex: "%s", methods: ["%s"]}]
        """
                .formatted(name, namespace, pathRegex, method);
    }

    public static String tcpRoute(String namespace, String name, int port) {
        return """
        apiVersion: specs.smi-spec.io/v1alpha4
        kind: TCPRoute
        metadata: {name: %s, namespace: %s}
        spec:
          matches: {ports: [%d]}
        """
                .formatted(name, namespace, port);
    }
}
