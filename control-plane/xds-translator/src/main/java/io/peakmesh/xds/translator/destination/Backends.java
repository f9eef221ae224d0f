package io.peakmesh.xds.translator.destination;

import io.peakmesh.model.Endpoint;
import io.peakmesh.model.Protocol;
import io.peakmesh.model.Service;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.ServicePort;
import io.peakmesh.model.TrafficSplit;
import io.peakmesh.xds.translator.MeshView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The leaves that answer for a service's port: its own endpoints, or what its split says. */
public final class Backends {
    /** A bound on the sum of weights that Envoy's 32-bit sums can never exceed. */
    private static final long MAX_SUM = 1L << 30;

    private Backends() {}

    /**
     * One leaf.
     *
     * @param weight relative share, above 0
     */
    public record Leaf(ServiceName service, int weight) {}

    /** A service's port that carries TCP or HTTP. */
    public static Optional<ServicePort> port(ServiceName service, int port, MeshView mesh) {
        return mesh.service(service)
                .filter(s -> s.externalName().isEmpty())
                .flatMap(s -> tcpPort(s, port));
    }

    /** The same number may also stand for UDP, as with DNS; that is another port. */
    static Optional<ServicePort> tcpPort(Service service, int port) {
        return service.ports().stream()
                .filter(p -> p.port() == port && p.protocol() != Protocol.UDP)
                .findFirst();
    }

    /** A service's own endpoints, never its split's. */
    public static List<Endpoint> endpoints(ServiceName service, int port, MeshView mesh) {
        return mesh.endpoints(service).map(e -> e.on(port)).orElse(List.of());
    }

    /**
     * The leaves of a split for one port of its root. A backend without a port of this number is
     * left out (SMI split v1alpha4, "Ports"); if nothing with a weight is left, the root answers.
     */
    public static List<Leaf> of(TrafficSplit split, int port, MeshView mesh) {
        List<TrafficSplit.Backend> usable = new ArrayList<>();
        long sum = 0;
        for (TrafficSplit.Backend backend : split.backends()) {
            if (backend.weight() > 0 && port(backend.service(), port, mesh).isPresent()) {
                usable.add(backend);
                sum += backend.weight();
            }
        }
        if (usable.isEmpty()) {
            return List.of(new Leaf(split.root(), 1));
        }
        long divisor = sum / MAX_SUM + 1;
        List<Leaf> leaves = new ArrayList<>();
        for (TrafficSplit.Backend backend : usable) {
            int weight = (int) Math.max(1, backend.weight() / divisor);
            leaves.add(new Leaf(backend.service(), weight));
        }
        return List.copyOf(leaves);
    }

    /** The leaves for a connection of which nothing is known: splits with matches do not apply. */
    public static List<Leaf> unconditional(ServiceName root, int port, MeshView mesh) {
        return mesh.splits(root).stream()
                .filter(split -> split.matches().isEmpty())
                .findFirst()
                .map(split -> of(split, port, mesh))
                .orElse(List.of(new Leaf(root, 1)));
    }
}
