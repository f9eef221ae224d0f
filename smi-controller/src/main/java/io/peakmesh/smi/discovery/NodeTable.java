package io.peakmesh.smi.discovery;

import io.peakmesh.model.Invalid;
import io.peakmesh.smi.object.MeshObject.NodeObject;
import io.peakmesh.smi.object.Report;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The zones of the nodes by name. */
final class NodeTable {
    private final Map<String, String> zones = new HashMap<>();

    /** Takes a node and adds what is wrong with it; returns whether its zone is another now. */
    boolean put(NodeObject node, List<Invalid> problems) {
        String name = node.meta().name();
        String before = zone(name);
        String zone = Zones.ofNode(node.meta(), before, new Report(node.meta().ref(), problems));
        if (zone.isEmpty()) {
            zones.remove(name);
        } else {
            zones.put(name, zone);
        }
        return !zone.equals(before);
    }

    /** Forgets a node; returns whether it had a zone. */
    boolean remove(String name) {
        return zones.remove(name) != null;
    }

    /** The zone of a node; empty for one that is not known or does not say. */
    String zone(String node) {
        return zones.getOrDefault(node, "");
    }

    /** The zone that a pod says, else its node's. */
    String zone(PodFacts pod) {
        return pod.zone().isEmpty() ? zone(pod.object().node()) : pod.zone();
    }
}
