package io.peakmesh.kube.reader;

import io.peakmesh.smi.object.Fields;
import io.peakmesh.smi.object.MeshObject.EndpointSet;
import io.peakmesh.smi.object.MeshObject.EndpointSet.Address;
import io.peakmesh.smi.object.MeshObject.EndpointSet.SlicePort;
import io.peakmesh.smi.object.MeshObject.EndpointSliceObject;
import io.peakmesh.smi.object.MeshObject.EndpointsObject;
import io.peakmesh.smi.object.Meta;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** EndpointSlice (discovery.k8s.io v1 and v1beta1) and the older v1 Endpoints. */
final class EndpointsDecoder {
    private static final String SERVICE_LABEL = "kubernetes.io/service-name";
    private static final String HOST_TOPOLOGY = "kubernetes.io/hostname";
    private static final String ZONE_TOPOLOGY = "topology.kubernetes.io/zone";

    /** Kubernetes' own limit for a slice; an Endpoints object is cut at the same number. */
    private static final int MAX_ENDPOINTS = 1_000;

    private static final int MAX_PORTS = 1_000;
    private static final int MAX_IPS = 100;

    /** Kubernetes' own limit of the zones that one endpoint is hinted for. */
    private static final int MAX_ZONES = 8;

    private EndpointsDecoder() {}

    static EndpointSliceObject slice(Fields root, Meta meta) {
        String service = meta.labels().getOrDefault(SERVICE_LABEL, "");
        Fields labels = root.object("metadata").object("labels");
        if (service.isEmpty()) {
            labels.error(SERVICE_LABEL, "is missing: it names the service of this slice");
        }
        Names.check(labels, SERVICE_LABEL, service, Names.Form.SUBDOMAIN);
        addressType(root);
        List<Address> addresses = new ArrayList<>();
        for (Fields endpoint : root.list("endpoints", MAX_ENDPOINTS)) {
            addresses.add(endpoint(endpoint, meta.namespace()));
        }
        return new EndpointSliceObject(
                meta, service, new EndpointSet(ports(root, false), addresses));
    }

    private static void addressType(Fields root) {
        String type = root.string("addressType");
        if (type.equals("FQDN")) {
            root.error("addressType", "FQDN is not taken: only IPv4 and IPv6 addresses are called");
        } else if (!type.isEmpty()) {
            Ports.oneOf(root, "addressType", List.of("IPv4", "IPv6"));
        }
    }

    private static Address endpoint(Fields endpoint, String namespace) {
        List<String> ips = Addresses.readAll(endpoint, "addresses", MAX_IPS);
        if (!endpoint.has("addresses")) {
            endpoint.error("addresses", "is missing: add the endpoint's address");
        }
        Fields conditions = endpoint.object("conditions");
        // v1beta1 keeps node and zone in a map that v1 replaced by fields
        var topology = endpoint.stringMap("topology", 100);
        boolean ready = conditions.bool("ready", true);
        return new Address(
                ips,
                ready,
                conditions.bool("serving", ready),
                conditions.bool("terminating", false),
                pod(endpoint, namespace),
                podUid(endpoint, namespace),
                endpoint.string("nodeName", topology.getOrDefault(HOST_TOPOLOGY, "")),
                endpoint.string("zone", topology.getOrDefault(ZONE_TOPOLOGY, "")),
                forZones(endpoint.object("hints")),
                hostname(endpoint));
    }

    private static List<String> forZones(Fields hints) {
        List<String> zones = new ArrayList<>();
        for (Fields zone : hints.list("forZones", MAX_ZONES)) {
            String name = zone.string("name");
            Names.check(zone, "name", name, Names.Form.LABEL_VALUE);
            zones.add(name);
        }
        return zones;
    }

    /** The Pod behind an endpoint, if it is one of the same namespace. */
    private static Optional<String> pod(Fields endpoint, String namespace) {
        Fields target = endpoint.object("targetRef");
        boolean here = target.string("namespace", namespace).equals(namespace);
        Optional<String> name = target.optionalString("name");
        return target.string("kind", "").equals("Pod") && here ? name : Optional.empty();
    }

    private static String hostname(Fields endpoint) {
        String name = endpoint.string("hostname", "");
        Names.check(endpoint, "hostname", name, Names.Form.LABEL);
        return name;
    }

    /** Which of the Pods that had this name one after the other; empty where it is not said. */
    private static String podUid(Fields endpoint, String namespace) {
        return pod(endpoint, namespace).isPresent()
                ? endpoint.object("targetRef").string("uid", "")
                : "";
    }

    private static List<SlicePort> ports(Fields parent, boolean needNumber) {
        List<SlicePort> ports = new ArrayList<>();
        for (Fields port : parent.list("ports", MAX_PORTS)) {
            int number =
                    needNumber
                            ? Ports.number(port, "port")
                            : port.optionalInt("port", 1, Ports.HIGHEST).orElse(0);
            ports.add(
                    new SlicePort(
                            Ports.name(port, Names.Form.LABEL),
                            number,
                            Ports.transport(port),
                            Ports.appProtocol(port)));
        }
        return ports;
    }

    static EndpointsObject endpoints(Fields root, Meta meta) {
        List<EndpointSet> sets = new ArrayList<>();
        for (Fields subset : root.list("subsets", MAX_PORTS)) {
            List<Address> addresses = new ArrayList<>();
            addAddresses(subset, "addresses", true, meta.namespace(), addresses);
            addAddresses(subset, "notReadyAddresses", false, meta.namespace(), addresses);
            sets.add(new EndpointSet(ports(subset, true), addresses));
        }
        return new EndpointsObject(meta, sets);
    }

    private static void addAddresses(
            Fields subset, String field, boolean ready, String namespace, List<Address> into) {
        for (Fields item : subset.list(field, MAX_ENDPOINTS)) {
            String text = item.string("ip");
            Optional<String> ip =
                    text.isEmpty() ? Optional.empty() : Addresses.read(item, "ip", text);
            into.add(
                    new Address(
                            ip.map(List::of).orElse(List.of()),
                            ready,
                            ready,
                            false,
                            pod(item, namespace),
                            podUid(item, namespace),
                            item.string("nodeName", ""),
                            "",
                            List.of(),
                            hostname(item)));
        }
    }
}
