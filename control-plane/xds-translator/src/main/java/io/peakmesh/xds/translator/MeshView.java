package io.peakmesh.xds.translator;

import io.peakmesh.model.AddressOwner;
import io.peakmesh.model.Balancing;
import io.peakmesh.model.Endpoints;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.Namespace;
import io.peakmesh.model.Service;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.Settings;
import io.peakmesh.model.TrafficSplit;
import io.peakmesh.model.TrafficTarget;
import io.peakmesh.model.Workload;
import io.peakmesh.model.WorkloadName;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The only way in which a translation may read the mesh: every read is noted, also one that found
 * nothing, so a resource's dependencies are complete by construction.
 */
public final class MeshView {
    private final Mesh mesh;
    private final Set<Read> reads = new HashSet<>();

    public MeshView(Mesh mesh) {
        this.mesh = mesh;
    }

    /** One entry of one of the mesh's tables. */
    public record Read(Table table, Object key) {}

    /** The mesh's tables. */
    public enum Table {
        NAMESPACE,
        SERVICE,
        ENDPOINTS,
        WORKLOAD,
        SPLITS,
        TARGETS,
        ADDRESS
    }

    /** Never changes while a control plane runs, so it is not noted. */
    public Settings settings() {
        return mesh.settings();
    }

    public Namespace namespace(String name) {
        reads.add(new Read(Table.NAMESPACE, name));
        return mesh.namespace(name);
    }

    public Optional<Service> service(ServiceName name) {
        reads.add(new Read(Table.SERVICE, name));
        return Optional.ofNullable(mesh.services().get(name));
    }

    /** How clients choose among the service's endpoints. */
    public Balancing balancing(ServiceName name) {
        return service(name).map(Service::balancing).orElse(Balancing.DEFAULT);
    }

    public Optional<Endpoints> endpoints(ServiceName name) {
        reads.add(new Read(Table.ENDPOINTS, name));
        return Optional.ofNullable(mesh.endpoints().get(name));
    }

    public Optional<Workload> workload(WorkloadName name) {
        reads.add(new Read(Table.WORKLOAD, name));
        return Optional.ofNullable(mesh.workloads().get(name));
    }

    public List<TrafficSplit> splits(ServiceName root) {
        reads.add(new Read(Table.SPLITS, root));
        return mesh.splits().getOrDefault(root, List.of());
    }

    public List<TrafficTarget> targets(ServiceAccountName destination) {
        reads.add(new Read(Table.TARGETS, destination));
        return mesh.targets().getOrDefault(destination, List.of());
    }

    public Optional<AddressOwner> owner(String ip) {
        reads.add(new Read(Table.ADDRESS, ip));
        return Optional.ofNullable(mesh.addresses().get(ip));
    }

    /** What was read so far. */
    public Set<Read> reads() {
        return Set.copyOf(reads);
    }
}
