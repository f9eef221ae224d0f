package io.peakmesh.kube.reader;

import io.peakmesh.smi.object.Fields;
import io.peakmesh.smi.object.MeshObject.ServiceObject;
import io.peakmesh.smi.object.Meta;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A v1 Service. */
final class ServiceDecoder {
    private static final List<String> TYPES =
            List.of("ClusterIP", "NodePort", "LoadBalancer", "ExternalName");
    private static final String HEADLESS = "None";
    private static final int MAX_PORTS = 1_000;

    private ServiceDecoder() {}

    static ServiceObject decode(Fields root, Meta meta) {
        Fields spec = root.requiredObject("spec");
        String type = Ports.oneOf(spec, "type", TYPES);
        boolean external = type.equals("ExternalName");
        List<String> ips = clusterIps(spec);
        boolean headless = ips.contains(HEADLESS);
        List<ServiceObject.Port> ports = ports(spec);
        if (root.has("spec") && ports.isEmpty() && !external && !headless && !root.failed()) {
            spec.error("ports", "is missing: a service needs at least one port");
        }
        String externalName = external ? externalName(spec) : "";
        return new ServiceObject(
                meta,
                type,
                ports,
                headless || external ? List.of() : addresses(spec, ips),
                spec.stringMap("selector", 100),
                externalName,
                spec.bool("publishNotReadyAddresses", false),
                spec.string("trafficDistribution", ""),
                spec.string("sessionAffinity", ""));
    }

    private static List<String> clusterIps(Fields spec) {
        List<String> all = spec.strings("clusterIPs", 10);
        Optional<String> one = spec.optionalString("clusterIP").filter(ip -> !ip.isEmpty());
        if (!all.isEmpty() && one.isPresent() && !all.getFirst().equals(one.get())) {
            spec.error("clusterIP", "must be the first of clusterIPs: make them agree");
        }
        return all.isEmpty() ? one.map(List::of).orElse(List.of()) : all;
    }

    private static List<String> addresses(Fields spec, List<String> ips) {
        String field = spec.has("clusterIPs") ? "clusterIPs" : "clusterIP";
        List<String> result = new ArrayList<>();
        for (String ip : ips) {
            Addresses.read(spec, field, ip).ifPresent(result::add);
        }
        return result;
    }

    private static String externalName(Fields spec) {
        String name = spec.string("externalName");
        String bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        if (!name.isEmpty() && !Names.Form.SUBDOMAIN.fits(bare)) {
            spec.error("externalName", "must be a DNS name, is " + Fields.quote(name));
        }
        return bare;
    }

    private static List<ServiceObject.Port> ports(Fields spec) {
        List<Fields> items = spec.list("ports", MAX_PORTS);
        List<ServiceObject.Port> ports = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Set<String> numbers = new HashSet<>();
        for (Fields item : items) {
            ServiceObject.Port port =
                    new ServiceObject.Port(
                            Ports.name(item, Names.Form.LABEL),
                            Ports.number(item, "port"),
                            targetPort(item),
                            Ports.transport(item),
                            Ports.appProtocol(item));
            if (port.name().isEmpty() && items.size() > 1 && !item.has("name")) {
                item.error("name", "is missing: with several ports each needs a name");
            } else if (!names.add(port.name())) {
                item.error("name", "stands twice: give each port a name of its own");
            }
            if (!numbers.add(port.transport() + port.port())) {
                item.error("port", port.port() + " stands twice: one entry a port");
            }
            ports.add(port);
        }
        return ports;
    }

    private static String targetPort(Fields port) {
        String target = port.numberOrText("targetPort");
        if (port.raw("targetPort").orElse("") instanceof Number) {
            int number = port.optionalInt("targetPort", 1, Ports.HIGHEST).orElse(0);
            return String.valueOf(number);
        }
        if (!target.isEmpty() && target.chars().allMatch(c -> c >= '0' && c <= '9')) {
            port.error("targetPort", "is " + Fields.quote(target) + ": leave out the quotes");
        } else {
            Names.check(port, "targetPort", target, Names.Form.PORT);
        }
        return target;
    }
}
