package io.peakmesh.smi.index;

import io.peakmesh.model.Invalid;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.Settings;
import io.peakmesh.smi.discovery.Discovery;
import io.peakmesh.smi.object.MeshObject;
import io.peakmesh.smi.object.ObjectEvent;
import io.peakmesh.smi.object.ObjectKey;
import io.peakmesh.smi.smi.Policies;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Holds every object that is known and derives the mesh from them. Confined to one thread. */
public final class Index {
    private final Discovery discovery;
    private final Policies policies;
    private final Map<String, List<Invalid>> unreadable = new TreeMap<>();
    private Mesh mesh;

    public Index(Settings settings) {
        this.discovery = new Discovery(settings.clusterDomain());
        this.policies = new Policies(settings.clusterDomain());
        this.mesh = Mesh.empty(settings);
    }

    /**
     * Takes the events in order and returns the mesh after them: the same instance if it is equal.
     * No content of an object makes it throw; what is wrong with one stands in the mesh's problems.
     */
    public Mesh apply(List<ObjectEvent> events) {
        boolean changed = false;
        for (ObjectEvent event : events) {
            switch (event) {
                case ObjectEvent.Applied(MeshObject object) -> accept(object);
                case ObjectEvent.Deleted(ObjectKey key) -> {
                    discovery.remove(key);
                    policies.remove(key);
                }
                case ObjectEvent.Unreadable(String origin, List<Invalid> problems) ->
                        changed |= replace(origin, problems);
            }
        }
        for (ServiceName service : discovery.settle()) {
            policies.serviceChanged(service);
        }
        policies.settle(discovery.services().values());
        // Every part is asked, since asking also resets it.
        changed |= discovery.namespaces().takeChanged();
        changed |= discovery.services().takeChanged();
        changed |= discovery.endpoints().takeChanged();
        changed |= discovery.workloads().takeChanged();
        changed |= discovery.addresses().takeChanged();
        changed |= discovery.problems().takeChanged();
        changed |= policies.splits().takeChanged();
        changed |= policies.targets().takeChanged();
        changed |= policies.problems().takeChanged();
        if (changed) {
            mesh = next();
        }
        return mesh;
    }

    /** The newest mesh. */
    public Mesh mesh() {
        return mesh;
    }

    private void accept(MeshObject object) {
        if (object instanceof MeshObject.SmiObject smi) {
            policies.accept(smi);
        } else {
            discovery.accept(object);
        }
    }

    private boolean replace(String origin, List<Invalid> problems) {
        List<Invalid> before =
                problems.isEmpty() ? unreadable.remove(origin) : unreadable.put(origin, problems);
        return !problems.equals(before == null ? List.of() : before);
    }

    /** The mesh as the parts are now; the same one where they only changed and came back. */
    private Mesh next() {
        List<Invalid> problems = problems();
        boolean same =
                mesh.namespaces().equals(discovery.namespaces().values())
                        && mesh.services().equals(discovery.services().values())
                        && mesh.endpoints().equals(discovery.endpoints().values())
                        && mesh.workloads().equals(discovery.workloads().values())
                        && mesh.splits().equals(policies.splits().values())
                        && mesh.targets().equals(policies.targets().values())
                        && mesh.addresses().equals(discovery.addresses().values())
                        && mesh.problems().equals(problems);
        return same
                ? mesh
                : new Mesh(
                        mesh.generation() + 1,
                        mesh.settings(),
                        discovery.namespaces().values(),
                        discovery.services().values(),
                        discovery.endpoints().values(),
                        discovery.workloads().values(),
                        policies.splits().values(),
                        policies.targets().values(),
                        discovery.addresses().values(),
                        problems);
    }

    private List<Invalid> problems() {
        return Stream.of(
                        discovery.problems().values().values(),
                        policies.problems().values().values(),
                        unreadable.values())
                .flatMap(lists -> lists.stream())
                .flatMap(List::stream)
                .sorted()
                .distinct()
                .toList();
    }
}
