package io.peakmesh.smi.index;

import io.peakmesh.model.Invalid;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.Settings;
import io.peakmesh.smi.derive.Derived;
import io.peakmesh.smi.discovery.Discovery;
import io.peakmesh.smi.object.MeshObject;
import io.peakmesh.smi.object.ObjectEvent;
import io.peakmesh.smi.object.ObjectKey;
import io.peakmesh.smi.smi.Policies;
import io.peakmesh.smi.status.JudgementChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Holds every object that is known and derives the mesh from them. Confined to one thread. */
public final class Index {
    private final Discovery discovery;
    private final Policies policies;
    private final Derived<String, List<Invalid>> unreadable = new Derived<>();
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
        for (ObjectEvent event : events) {
            switch (event) {
                case ObjectEvent.Applied(MeshObject object) -> accept(object);
                case ObjectEvent.Deleted(ObjectKey key) -> {
                    discovery.remove(key);
                    policies.remove(key);
                }
                case ObjectEvent.Unreadable(String origin, List<Invalid> problems) ->
                        unreadable.set(
                                origin, Optional.of(problems).filter(list -> !list.isEmpty()));
            }
        }
        for (ServiceName service : discovery.settle()) {
            policies.serviceChanged(service);
        }
        policies.settle(discovery.services().values());
        publish();
        return mesh;
    }

    /** Makes the next mesh if a part changed. Every part is asked, since asking settles it. */
    private void publish() {
        boolean problemsChanged = anyChanged(discovery.problems(), policies.problems(), unreadable);
        boolean changed =
                anyChanged(
                        discovery.namespaces(),
                        discovery.services(),
                        discovery.endpoints(),
                        discovery.workloads(),
                        discovery.addresses(),
                        policies.splits(),
                        policies.targets());
        List<Invalid> problems = problemsChanged ? problems() : mesh.problems();
        // Two objects can say the same, which is listed once: fewer may be no change.
        if (changed || !problems.equals(mesh.problems())) {
            mesh =
                    new Mesh(
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
    }

    private static boolean anyChanged(Derived<?, ?>... parts) {
        boolean changed = false;
        for (Derived<?, ?> part : parts) {
            changed |= part.takeChanged();
        }
        return changed;
    }

    /** The newest mesh. */
    public Mesh mesh() {
        return mesh;
    }

    /**
     * What became other of the SMI objects' judgements since this was last asked, by object; what
     * only changed and came back is left out. A written status alone makes no new mesh, but is told
     * here.
     */
    public List<JudgementChange> takeJudgements() {
        List<JudgementChange> changes = new ArrayList<>();
        policies.judgements()
                .takeChanges()
                .forEach((key, now) ->
                        changes.add(
                                now.<JudgementChange>map(JudgementChange.Judged::new)
                                        .orElseGet(() -> new JudgementChange.Gone(key))));
        return List.copyOf(changes);
    }

    private void accept(MeshObject object) {
        if (object instanceof MeshObject.SmiObject smi) {
            policies.accept(smi);
        } else {
            discovery.accept(object);
        }
    }

    private List<Invalid> problems() {
        return Stream.of(
                        discovery.problems().values().values(),
                        policies.problems().values().values(),
                        unreadable.values().values())
                .flatMap(lists -> lists.stream())
                .flatMap(List::stream)
                .sorted()
                .distinct()
                .toList();
    }
}
