package io.peakmesh.smi.discovery;

import io.peakmesh.model.Invalid;
import io.peakmesh.model.Protocol;
import io.peakmesh.model.Service;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.ServicePort;
import io.peakmesh.smi.object.Fields;
import io.peakmesh.smi.object.MeshObject.ServiceObject;
import io.peakmesh.smi.object.Report;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a Service object says by itself.
 *
 * @param ports service port number → its declaration, without the ports that the mesh leaves alone:
 *     SCTP, numbers out of range, and the UDP twin of a TCP port (DNS)
 */
record ServiceFacts(
        ServiceObject object,
        Map<Integer, ServiceObject.Port> ports,
        Set<String> addresses,
        BalancingFacts balancing,
        boolean preferSameZone,
        Optional<OpaquePorts> opaque,
        List<Invalid> problems) {
    static final int MAX_PORTS = 1_000;
    private static final List<String> NEAR =
            List.of("PreferSameZone", "PreferSameNode", "PreferClose");

    static ServiceFacts of(ServiceObject object, @Nullable ServiceFacts earlier) {
        List<Invalid> problems = new ArrayList<>();
        Report report = new Report(object.meta().ref(), problems);
        Optional<OpaquePorts> opaqueBefore = earlier == null ? Optional.empty() : earlier.opaque;
        return new ServiceFacts(
                object,
                ports(object, report),
                addresses(object, report),
                BalancingFacts.read(
                        object.meta().annotations(),
                        affinity(object, report),
                        earlier == null ? BalancingFacts.DEFAULT : earlier.balancing,
                        report),
                preferSameZone(object, report),
                OpaquePorts.read(object.meta().annotations(), opaqueBefore, report),
                problems);
    }

    ServiceName name() {
        return new ServiceName(object.meta().namespace(), object.meta().name());
    }

    boolean external() {
        return object.type().equals("ExternalName") && !object.externalName().isEmpty();
    }

    /** The model's service; the Service's own opaque ports win over its namespace's. */
    Service model(Optional<OpaquePorts> ofNamespace) {
        OpaquePorts effective = opaque.or(() -> ofNamespace).orElse(OpaquePorts.DEFAULT);
        List<ServicePort> modelPorts = new ArrayList<>();
        ports.forEach((number, port) -> {
            Protocol protocol =
                    Protocols.of(
                            port.transport(),
                            effective.contains(number),
                            port.appProtocol(),
                            port.name());
            modelPorts.add(new ServicePort(port.name(), number, protocol));
        });
        return new Service(
                name(),
                modelPorts,
                external() ? List.of() : List.copyOf(addresses),
                external() ? Optional.of(object.externalName()) : Optional.empty(),
                balancing.balancing(),
                preferSameZone);
    }

    private static Map<Integer, ServiceObject.Port> ports(ServiceObject object, Report report) {
        Map<Integer, ServiceObject.Port> ports = new java.util.LinkedHashMap<>();
        List<ServiceObject.Port> all = object.ports();
        if (all.size() > MAX_PORTS) {
            report.error(
                    "spec.ports",
                    "has "
                            + all.size()
                            + " ports, of which the first "
                            + MAX_PORTS
                            + " are used: divide the service");
            all = all.subList(0, MAX_PORTS);
        }
        for (int i = 0; i < all.size(); i++) {
            ServiceObject.Port port = all.get(i);
            String path = "spec.ports[" + i + "]";
            ServiceObject.Port before = ports.get(port.port());
            if (port.port() < 1 || port.port() > 65535) {
                report.error(path + ".port", "must be from 1 to 65535, is " + port.port());
            } else if (!port.transport().equals("TCP") && !port.transport().equals("UDP")) {
                report.warning(
                        path + ".protocol",
                        Fields.quote(port.transport())
                                + " is not carried by the mesh: use TCP or UDP, or exclude it");
            } else if (before == null
                    || (before.transport().equals("UDP") && port.transport().equals("TCP"))) {
                ports.put(port.port(), port);
            } else if (before.transport().equals(port.transport())) {
                report.error(
                        path + ".port",
                        port.port() + " is given twice, the first one is used: remove one");
            }
        }
        return ports;
    }

    private static Set<String> addresses(ServiceObject object, Report report) {
        Set<String> addresses = new LinkedHashSet<>();
        for (int i = 0; i < object.clusterIps().size(); i++) {
            String text = object.clusterIps().get(i);
            Optional<String> address = IpText.canonical(text);
            address.ifPresent(addresses::add);
            if (address.isEmpty()) {
                report.error(
                        "spec.clusterIPs[" + i + "]",
                        "must be an IP address, is " + Fields.quote(text));
            }
        }
        return addresses;
    }

    /** Whether callers are to stay with one endpoint each, by their address. */
    private static boolean affinity(ServiceObject object, Report report) {
        String text = object.sessionAffinity();
        boolean byAddress = text.equals("ClientIP");
        if (!byAddress && !text.equals("None") && !text.isEmpty()) {
            report.warning(
                    "spec.sessionAffinity",
                    "must be ClientIP or None, is "
                            + Fields.quote(text)
                            + ": until then callers stay with no endpoint");
        }
        return byAddress;
    }

    /**
     * Kubernetes' own word for nearness. Of one node it says more than the mesh does: its zone is
     * preferred.
     */
    private static boolean preferSameZone(ServiceObject object, Report report) {
        String text = object.trafficDistribution();
        boolean known = NEAR.contains(text);
        if (!known && !text.isEmpty()) {
            report.warning(
                    "spec.trafficDistribution",
                    "must be "
                            + Annotations.either(NEAR)
                            + ", is "
                            + Fields.quote(text)
                            + ": until then no zone is preferred");
        }
        return known;
    }

    /** What its balancing asks for in vain, given what its ports turned out to speak. */
    List<Invalid> balancingProblems(Service model) {
        return BalancingFacts.problemsOf(model, object.meta().ref());
    }

    /** Whether this Service chooses pods, so that its endpoints can be derived from them. */
    boolean selects(PodFacts pod) {
        return !external()
                && !object.selector().isEmpty()
                && pod.object().meta().namespace().equals(object.meta().namespace())
                && pod.object()
                        .meta()
                        .labels()
                        .entrySet()
                        .containsAll(object.selector().entrySet());
    }

    /** The ports' declarations in the order of the object. */
    Collection<ServiceObject.Port> declared() {
        return ports.values();
    }
}
