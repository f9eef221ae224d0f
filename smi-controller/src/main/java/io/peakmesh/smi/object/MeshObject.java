package io.peakmesh.smi.object;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** One object as a source decoded it: well-formed, not yet judged against the others. */
public sealed interface MeshObject {
    Meta meta();

    default ObjectKey key() {
        return new ObjectKey(meta().ref().kind(), meta().namespace(), meta().name());
    }

    record NamespaceObject(Meta meta) implements MeshObject {}

    record ServiceAccountObject(Meta meta) implements MeshObject {}

    /** A v1 Node: its name and labels. What else a node says, and it says much, is dropped here. */
    record NodeObject(Meta meta) implements MeshObject {
        public NodeObject {
            meta = new Meta(meta.ref(), "", Optional.empty(), meta.labels(), new TreeMap<>());
        }
    }

    /**
     * A v1 Service.
     *
     * @param type ClusterIP, NodePort, LoadBalancer or ExternalName
     * @param clusterIps without the word {@code None}: empty for a headless service
     * @param externalName empty unless the type is ExternalName
     * @param trafficDistribution as written, empty when not given
     * @param sessionAffinity None or ClientIP, empty when not given
     */
    record ServiceObject(
            Meta meta,
            String type,
            List<Port> ports,
            List<String> clusterIps,
            SortedMap<String, String> selector,
            String externalName,
            boolean publishNotReadyAddresses,
            String trafficDistribution,
            String sessionAffinity)
            implements MeshObject {
        public ServiceObject {
            ports = List.copyOf(ports);
            clusterIps = List.copyOf(clusterIps);
            selector = sealed(selector);
        }

        /** Without session affinity. */
        public ServiceObject(
                Meta meta,
                String type,
                List<Port> ports,
                List<String> clusterIps,
                SortedMap<String, String> selector,
                String externalName,
                boolean publishNotReadyAddresses,
                String trafficDistribution) {
            this(
                    meta,
                    type,
                    ports,
                    clusterIps,
                    selector,
                    externalName,
                    publishNotReadyAddresses,
                    trafficDistribution,
                    "");
        }

        /**
         * One port.
         *
         * @param targetPort a number or the name of a container port; empty means the same number
         * @param transport TCP, UDP or SCTP
         * @param appProtocol empty when not given
         */
        public record Port(
                String name, int port, String targetPort, String transport, String appProtocol) {}
    }

    /**
     * One subset of endpoints: every port is served at every address.
     *
     * @param ports {@code port} 0 = all ports (an EndpointSlice port without a number)
     */
    record EndpointSet(List<SlicePort> ports, List<Address> addresses) {
        public EndpointSet {
            ports = List.copyOf(ports);
            addresses = List.copyOf(addresses);
        }

        public record SlicePort(String name, int port, String transport, String appProtocol) {}

        /**
         * One endpoint.
         *
         * @param ips its addresses (of one family)
         * @param pod the name of the Pod that {@code targetRef} names, in the slice's namespace
         * @param podUid the UID that {@code targetRef} gives, empty where it gives none
         * @param forZones the zones that its hints name: sorted, each once; empty without hints
         * @param hostname its own DNS label below a headless service's name; empty without one
         */
        public record Address(
                List<String> ips,
                boolean ready,
                boolean serving,
                boolean terminating,
                Optional<String> pod,
                String podUid,
                String node,
                String zone,
                List<String> forZones,
                String hostname) {
            public Address {
                ips = List.copyOf(ips);
                forZones = forZones.stream().sorted().distinct().toList();
            }

            /** Without a name of its own. */
            public Address(
                    List<String> ips,
                    boolean ready,
                    boolean serving,
                    boolean terminating,
                    Optional<String> pod,
                    String podUid,
                    String node,
                    String zone,
                    List<String> forZones) {
                this(ips, ready, serving, terminating, pod, podUid, node, zone, forZones, "");
            }

            /** Of any Pod of that name, whatever its UID. */
            public Address(
                    List<String> ips,
                    boolean ready,
                    boolean serving,
                    boolean terminating,
                    Optional<String> pod,
                    String node,
                    String zone,
                    List<String> forZones) {
                this(ips, ready, serving, terminating, pod, "", node, zone, forZones);
            }
        }
    }

    /**
     * A discovery.k8s.io/v1 EndpointSlice.
     *
     * @param service from the label {@code kubernetes.io/service-name}
     */
    record EndpointSliceObject(Meta meta, String service, EndpointSet set) implements MeshObject {}

    /** A v1 Endpoints; used only for a service that has no EndpointSlice. */
    record EndpointsObject(Meta meta, List<EndpointSet> sets) implements MeshObject {
        public EndpointsObject {
            sets = List.copyOf(sets);
        }
    }

    /**
     * A v1 Pod.
     *
     * @param ips from its status, primary first; empty while it has none
     * @param ready its Ready condition; a hand-written Pod without any condition counts as ready
     * @param finished its phase is Succeeded or Failed
     */
    record PodObject(
            Meta meta,
            String serviceAccount,
            String node,
            List<String> ips,
            boolean hostNetwork,
            boolean ready,
            boolean terminating,
            boolean finished,
            List<ContainerPort> ports)
            implements MeshObject {
        public PodObject {
            ips = List.copyOf(ips);
            ports = List.copyOf(ports);
        }

        public record ContainerPort(String name, int port, String transport) {}
    }

    /**
     * An object of one of the SMI APIs, in the version it was written in; the index reads it.
     *
     * @param group for example {@code split.smi-spec.io}
     * @param version for example {@code v1alpha4}
     * @param body the object as nested maps, lists, strings, numbers and booleans, without
     *     apiVersion, kind and metadata
     */
    record SmiObject(Meta meta, String group, String version, Map<String, Object> body)
            implements MeshObject {
        public SmiObject {
            body = Collections.unmodifiableMap(new TreeMap<>(body));
        }
    }

    private static SortedMap<String, String> sealed(Map<String, String> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }
}
