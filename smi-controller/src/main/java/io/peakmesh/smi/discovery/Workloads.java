package io.peakmesh.smi.discovery;

import io.peakmesh.model.Protocol;
import io.peakmesh.model.Workload;
import io.peakmesh.model.WorkloadPort;
import io.peakmesh.smi.discovery.Backing.Targeted;
import io.peakmesh.smi.object.MeshObject.PodObject.ContainerPort;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The model's workload out of a pod and what services say of it. */
final class Workloads {
    private Workloads() {}

    /**
     * The workload of a live pod. What its ports speak: TCP where the pod's opaque ports (else its
     * namespace's) say so; else what the services that lead there say, {@link Protocols#merged}
     * where they differ; else, for a port that no service names, what the default opaque list and
     * the container port's name say. A port that its redirect leaves alone is none of them.
     *
     * @param knownZone what the pod or its node says, empty where neither does
     */
    static Workload of(
            PodFacts pod,
            String knownZone,
            Optional<OpaquePorts> ofNamespace,
            Collection<Targeted> targeted) {
        TreeMap<Integer, SortedSet<Protocol>> said = new TreeMap<>();
        String zone = knownZone;
        for (Targeted target : targeted) {
            target.ports()
                    .forEach((p, set) -> said.computeIfAbsent(p, x -> new TreeSet<>()).addAll(set));
            // The least, where neither pod nor node says and endpoints differ: the same in any
            // order.
            boolean better = zone.isEmpty() || target.zone().compareTo(zone) < 0;
            if (knownZone.isEmpty() && !target.zone().isEmpty() && better) {
                zone = target.zone();
            }
        }
        return new Workload(
                pod.name(),
                pod.uid(),
                pod.serviceAccount(),
                pod.addresses(),
                pod.object().meta().labels(),
                pod.proxy(),
                ports(pod, ofNamespace, said),
                pod.localPorts(),
                pod.object().node(),
                zone);
    }

    private static List<WorkloadPort> ports(
            PodFacts pod,
            Optional<OpaquePorts> ofNamespace,
            Map<Integer, SortedSet<Protocol>> said) {
        Optional<OpaquePorts> explicit = pod.opaque().or(() -> ofNamespace);
        OpaquePorts effective = explicit.orElse(OpaquePorts.DEFAULT);
        TreeMap<Integer, SortedSet<Protocol>> untold = new TreeMap<>();
        for (ContainerPort port : pod.object().ports()) {
            boolean carried = port.transport().equals("TCP") || port.transport().equals("UDP");
            boolean number = port.port() >= 1 && port.port() <= 65535;
            if (carried && number && !said.containsKey(port.port())) {
                boolean opaque = effective.contains(port.port());
                untold.computeIfAbsent(port.port(), p -> new TreeSet<>())
                        .add(Protocols.of(port.transport(), opaque, "", port.name()));
            }
        }
        TreeMap<Integer, SortedSet<Protocol>> all = new TreeMap<>(said);
        all.putAll(untold);
        all.keySet().removeIf(number -> !pod.proxyAt(number).equals(pod.proxy()));
        List<WorkloadPort> ports = new ArrayList<>();
        all.forEach((number, protocols) -> {
            Protocol merged = Protocols.merged(protocols);
            boolean opaque = explicit.isPresent() && explicit.get().contains(number);
            ports.add(
                    new WorkloadPort(
                            number, opaque && merged != Protocol.UDP ? Protocol.TCP : merged));
        });
        return ports;
    }
}
