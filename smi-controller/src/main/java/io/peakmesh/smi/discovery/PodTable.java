package io.peakmesh.smi.discovery;

import io.peakmesh.model.WorkloadName;
import io.peakmesh.smi.derive.Dependents;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The pods by name, by namespace, by the address that is their own and by node. */
final class PodTable {
    private record Place(String namespace, String address) {}

    private final TreeMap<WorkloadName, PodFacts> pods = new TreeMap<>();
    private final Dependents<Place, WorkloadName> byAddress = new Dependents<>();
    private final Dependents<String, WorkloadName> zonedByNode = new Dependents<>();

    void put(PodFacts pod) {
        pods.put(pod.name(), pod);
        Set<Place> places = new HashSet<>();
        if (pod.ownsAddresses()) {
            pod.addresses().forEach(a -> places.add(new Place(pod.name().namespace(), a)));
        }
        byAddress.set(pod.name(), places);
        String node = pod.object().node();
        boolean zoned = !node.isEmpty() && pod.zone().isEmpty();
        zonedByNode.set(pod.name(), zoned ? Set.of(node) : Set.of());
    }

    void remove(WorkloadName name) {
        pods.remove(name);
        byAddress.set(name, Set.of());
        zonedByNode.set(name, Set.of());
    }

    @Nullable PodFacts get(WorkloadName name) {
        return pods.get(name);
    }

    Collection<PodFacts> in(String namespace) {
        return pods.subMap(new WorkloadName(namespace, ""), new WorkloadName(namespace + '\0', ""))
                .values();
    }

    /** The pods on this node that do not say their zone. */
    List<PodFacts> zonedBy(String node) {
        return zonedByNode.of(node).stream().map(pods::get).filter(Objects::nonNull).toList();
    }

    /**
     * The live pod of this name, and of this UID where both say theirs; empty while it is not
     * known, or another has its name.
     */
    Optional<PodFacts> live(WorkloadName name, String uid) {
        return Optional.ofNullable(pods.get(name))
                .filter(PodFacts::live)
                .filter(pod -> {
                    String own = pod.object().meta().uid();
                    return uid.isEmpty() || own.isEmpty() || uid.equals(own);
                });
    }

    /** The only pod of the namespace whose own address it is. */
    Optional<PodFacts> at(String namespace, String address) {
        Set<WorkloadName> owners = byAddress.of(new Place(namespace, address));
        return owners.size() == 1
                ? Optional.ofNullable(pods.get(owners.iterator().next()))
                : Optional.empty();
    }
}
