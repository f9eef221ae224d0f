package io.peakmesh.xds.translator.destination;

import io.peakmesh.model.AddressOwner;
import io.peakmesh.model.Endpoint;
import io.peakmesh.model.Protocol;
import io.peakmesh.model.ProxyMode;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.ServicePort;
import io.peakmesh.model.Workload;
import io.peakmesh.model.WorkloadPort;
import io.peakmesh.xds.translator.MeshView;
import io.peakmesh.xds.translator.name.RedirectPorts;
import java.util.List;
import java.util.Optional;

/** What an IP address and port stand for. */
public sealed interface Addressed {
    /** A port of the service that has the address. */
    record ToService(ServiceName service, ServicePort port) implements Addressed {}

    /**
     * One instance's own address; an endpoint as of a service of its own.
     *
     * @param protocol what its app speaks on that port
     */
    record ToWorkload(Endpoint endpoint, Protocol protocol) implements Addressed {}

    /** Nobody that the mesh knows. */
    record Elsewhere() implements Addressed {}

    /** A proxy's own port: to go there would be to go round in circles. */
    record ToProxy() implements Addressed {}

    static Addressed resolve(String ip, int port, MeshView mesh) {
        Optional<AddressOwner> owner = mesh.owner(ip);
        if (owner.isEmpty()) {
            return new Elsewhere();
        }
        return switch (owner.get()) {
            case AddressOwner.OfService(ServiceName name) ->
                    Backends.port(name, port, mesh)
                            .<Addressed>map(p -> new ToService(name, p))
                            .orElse(new Elsewhere());
            case AddressOwner.OfWorkload(var name) ->
                    mesh.workload(name).map(w -> toWorkload(w, ip, port)).orElse(new Elsewhere());
        };
    }

    private static Addressed toWorkload(Workload workload, String ip, int port) {
        if (ownsPort(workload.proxy(), port)) {
            return new ToProxy();
        }
        Optional<Protocol> declared = AppPorts.of(workload, port).map(WorkloadPort::protocol);
        ProxyMode proxy = declared.isPresent() ? workload.proxy() : new ProxyMode.Unmeshed();
        return new ToWorkload(
                new Endpoint(
                        ip,
                        port,
                        Endpoint.Health.READY,
                        Optional.of(workload.name()),
                        Optional.of(workload.serviceAccount()).filter(a -> proxy.meshed()),
                        proxy,
                        workload.node(),
                        workload.zone(),
                        1,
                        List.of()),
                declared.orElse(Protocol.DETECT));
    }

    private static boolean ownsPort(ProxyMode proxy, int port) {
        return switch (proxy) {
            case ProxyMode.Unmeshed() -> false;
            case ProxyMode.Redirect() ->
                    port == RedirectPorts.OUTBOUND || port == RedirectPorts.INBOUND;
            case ProxyMode.MeshPort(int mesh, int outbound, boolean _) ->
                    port == mesh || port == outbound;
        };
    }
}
