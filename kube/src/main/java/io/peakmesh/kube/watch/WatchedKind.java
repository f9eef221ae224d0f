package io.peakmesh.kube.watch;

import java.util.List;

/**
 * A kind that is watched, and the fields that its decoder reads.
 *
 * @param kind as in the object
 * @param group of its API, empty for the core group
 * @param resource as in RBAC rules
 * @param selector what the API server is asked to leave out, as a part of a query; an object that
 *     comes to be left out is told as deleted
 */
record WatchedKind(
        String kind, String group, String version, String resource, Shape shape, String selector) {
    /** The version in which every SMI API is stored. */
    private static final String SMI_VERSION = "v1alpha4";

    /** Slices that belong to a service. */
    private static final String OF_SERVICES = "&labelSelector=kubernetes.io%2Fservice-name";

    /** Pods that did not run to their end. */
    private static final String UNFINISHED =
            "&fieldSelector=status.phase%21%3DSucceeded%2Cstatus.phase%21%3DFailed";

    /**
     * All of them. ServiceAccounts are not watched: the mesh takes a pod's account from the pod.
     * Endpoints are not: the cluster mirrors hand-written ones into EndpointSlices.
     */
    static final List<WatchedKind> ALL =
            List.of(
                    core("Namespace", "namespaces", Shape.of(), ""),
                    core("Node", "nodes", Shape.of(), ""),
                    core("Service", "services", service(), ""),
                    core("Pod", "pods", pod(), UNFINISHED),
                    new WatchedKind(
                            "EndpointSlice",
                            "discovery.k8s.io",
                            "v1",
                            "endpointslices",
                            slice(),
                            OF_SERVICES),
                    smi("TrafficTarget", "access.smi-spec.io", "traffictargets"),
                    smi("HTTPRouteGroup", "specs.smi-spec.io", "httproutegroups"),
                    smi("TCPRoute", "specs.smi-spec.io", "tcproutes"),
                    smi("UDPRoute", "specs.smi-spec.io", "udproutes"),
                    smi("TrafficSplit", "split.smi-spec.io", "trafficsplits"));

    WatchedKind {
        shape.and(
                        "metadata.name",
                        "metadata.namespace",
                        "metadata.uid",
                        "metadata.resourceVersion",
                        "metadata.labels")
                .and("metadata.annotations", Shape.entries(WatchedKind::read))
                // of the Status that ends a watch
                .and("code", "reason", "message");
    }

    private static WatchedKind core(String kind, String resource, Shape shape, String selector) {
        return new WatchedKind(kind, "", "v1", resource, shape, selector);
    }

    /**
     * An author of an SMI object may write a field that only an older version has, so all of it is
     * read; its age decides between two that contradict each other.
     */
    private static WatchedKind smi(String kind, String group, String resource) {
        Shape shape =
                Shape.entries(field -> !field.equals("metadata"))
                        .and("metadata.generation", "metadata.creationTimestamp");
        return new WatchedKind(kind, group, SMI_VERSION, resource, shape, "");
    }

    private static Shape service() {
        return Shape.of(
                "spec.type",
                "spec.clusterIP",
                "spec.clusterIPs",
                "spec.ports.name",
                "spec.ports.port",
                "spec.ports.targetPort",
                "spec.ports.protocol",
                "spec.ports.appProtocol",
                "spec.selector",
                "spec.externalName",
                "spec.publishNotReadyAddresses",
                "spec.sessionAffinity",
                "spec.trafficDistribution");
    }

    private static Shape pod() {
        return Shape.of(
                "metadata.deletionTimestamp",
                "spec.serviceAccountName",
                "spec.serviceAccount",
                "spec.nodeName",
                "spec.hostNetwork",
                "spec.containers.ports.name",
                "spec.containers.ports.containerPort",
                "spec.containers.ports.protocol",
                "spec.initContainers.restartPolicy",
                "spec.initContainers.ports.name",
                "spec.initContainers.ports.containerPort",
                "spec.initContainers.ports.protocol",
                "status.phase",
                "status.podIP",
                "status.podIPs.ip",
                "status.conditions.type",
                "status.conditions.status");
    }

    private static Shape slice() {
        return Shape.of(
                "addressType",
                "ports.name",
                "ports.port",
                "ports.protocol",
                "ports.appProtocol",
                "endpoints.addresses",
                "endpoints.conditions.ready",
                "endpoints.conditions.serving",
                "endpoints.conditions.terminating",
                "endpoints.targetRef.kind",
                "endpoints.targetRef.namespace",
                "endpoints.targetRef.name",
                "endpoints.targetRef.uid",
                "endpoints.hostname",
                "endpoints.nodeName",
                "endpoints.zone",
                "endpoints.hints.forZones.name");
    }

    /** Whether any decoder may look at this annotation. */
    private static boolean read(String annotation) {
        return annotation.contains("peakmesh.io/") || annotation.startsWith("topology.kubernetes.");
    }

    String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** As {@code kubectl auth can-i} takes it. */
    String fullResource() {
        return group.isEmpty() ? resource : resource + "." + group;
    }

    /** Whether the cluster may lack it: a kind that a CustomResourceDefinition brings. */
    boolean custom() {
        return version.equals(SMI_VERSION);
    }

    /** The path of the whole collection, without a leading slash. */
    String path() {
        return (group.isEmpty() ? "api/" : "apis/") + apiVersion() + "/" + resource;
    }

    String threadName() {
        return "watch-" + resource;
    }
}
