package io.peakmesh.kube.reader;

import io.peakmesh.smi.object.Fields;
import io.peakmesh.smi.object.MeshObject.PodObject;
import io.peakmesh.smi.object.Meta;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A v1 Pod: where it runs, as whom, on which addresses and ports, and whether it is ready. */
final class PodDecoder {
    private static final int MAX_CONTAINERS = 200;
    private static final int MAX_PORTS = 1_000;
    private static final int MAX_IPS = 10;

    private PodDecoder() {}

    static PodObject decode(Fields root, Meta meta) {
        Fields spec = root.object("spec");
        Fields status = root.object("status");
        String phase = status.string("phase", "");
        return new PodObject(
                meta,
                serviceAccount(spec),
                spec.string("nodeName", ""),
                ips(status),
                spec.bool("hostNetwork", false),
                ready(status),
                Metadata.terminating(root),
                phase.equals("Succeeded") || phase.equals("Failed"),
                ports(spec));
    }

    private static String serviceAccount(Fields spec) {
        String name = spec.string("serviceAccountName", "");
        if (name.isEmpty()) {
            name = spec.string("serviceAccount", "");
        }
        Names.check(spec, "serviceAccountName", name, Names.Form.SUBDOMAIN);
        return name.isEmpty() ? "default" : name;
    }

    private static List<String> ips(Fields status) {
        Set<String> ips = new LinkedHashSet<>();
        String primary = status.string("podIP", "");
        if (!primary.isEmpty()) {
            Addresses.read(status, "podIP", primary).ifPresent(ips::add);
        }
        for (Fields item : status.list("podIPs", MAX_IPS)) {
            Addresses.read(item, "ip", item.string("ip")).ifPresent(ips::add);
        }
        return List.copyOf(ips);
    }

    private static boolean ready(Fields status) {
        List<Fields> conditions = status.list("conditions", 100);
        boolean ready = false;
        for (Fields condition : conditions) {
            if (condition.string("type", "").equals("Ready")) {
                ready = condition.string("status", "").equals("True");
            }
        }
        return conditions.isEmpty() || ready;
    }

    private static List<PodObject.ContainerPort> ports(Fields spec) {
        List<Fields> containers = new ArrayList<>(spec.list("containers", MAX_CONTAINERS));
        for (Fields init : spec.list("initContainers", MAX_CONTAINERS)) {
            // a sidecar container: an init container that keeps running
            if (init.string("restartPolicy", "").equals("Always")) {
                containers.add(init);
            }
        }
        List<PodObject.ContainerPort> ports = new ArrayList<>();
        for (Fields container : containers) {
            for (Fields port : container.list("ports", MAX_PORTS)) {
                ports.add(
                        new PodObject.ContainerPort(
                                Ports.name(port, Names.Form.PORT),
                                Ports.number(port, "containerPort"),
                                Ports.transport(port)));
            }
        }
        return ports;
    }
}
