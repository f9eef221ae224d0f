package io.peakmesh.xds.translator.listener;

import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.peakmesh.model.LocalPort;
import io.peakmesh.model.ProxyMode;
import io.peakmesh.model.Workload;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.xds.translator.MeshView;
import io.peakmesh.xds.translator.ResourceKey;
import io.peakmesh.xds.translator.Scope;
import io.peakmesh.xds.translator.authz.AccessPolicy;
import io.peakmesh.xds.translator.destination.AppPorts;
import io.peakmesh.xds.translator.name.ResourceNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The listeners of one proxy, and what a gRPC client gets under that type. */
public final class Listeners {
    private Listeners() {}

    /** All that this proxy has; empty while it has no address or is no proxy of the mesh. */
    public static List<String> names(WorkloadName name, MeshView mesh) {
        Optional<Workload> workload = proxied(name, mesh);
        if (workload.isEmpty()) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        if (workload.get().proxy() instanceof ProxyMode.Redirect
                || !AppPorts.of(workload.get()).isEmpty()) {
            names.add(ResourceNames.INBOUND);
        }
        for (LocalPort port : localPorts(workload.get())) {
            names.add(ResourceNames.localListener(port.listen()));
        }
        names.add(ResourceNames.OUTBOUND);
        return names;
    }

    /**
     * The local ports that can be listened on: one service each, none of the proxy's own ports, and
     * none where the app's traffic is redirected anyway.
     */
    public static List<LocalPort> localPorts(Workload workload) {
        if (!(workload.proxy() instanceof ProxyMode.MeshPort(int mesh, int outbound, boolean _))) {
            return List.of();
        }
        TreeMap<Integer, LocalPort> byPort = new TreeMap<>();
        for (LocalPort port : workload.localPorts()) {
            if (port.listen() != mesh && port.listen() != outbound) {
                byPort.putIfAbsent(port.listen(), port);
            }
        }
        return List.copyOf(byPort.values());
    }

    public static Optional<Listener> listener(ResourceKey key, MeshView mesh) {
        return switch (key.scope()) {
            case Scope.OfWorkload(WorkloadName owner) ->
                    proxied(owner, mesh).flatMap(w -> listener(key, w, mesh));
            case Scope.OfGrpcClient(String namespace) ->
                    GrpcListener.named(key.name(), namespace, mesh);
            case Scope.Shared(), Scope.OfNamespace _, Scope.OfZone _ -> Optional.empty();
        };
    }

    private static Optional<Listener> listener(ResourceKey key, Workload workload, MeshView mesh) {
        String name = key.name();
        return switch (name) {
            case ResourceNames.OUTBOUND ->
                    outbound(workload, new OutboundListener(workload, key.peakEwma()), mesh);
            case ResourceNames.INBOUND -> inbound(workload, mesh);
            default ->
                    localPorts(workload).stream()
                            .filter(p -> ResourceNames.localListener(p.listen()).equals(name))
                            .findFirst()
                            .map(p ->
                                    new OutboundListener(workload, key.peakEwma()).local(name, p));
        };
    }

    private static Optional<Listener> outbound(
            Workload workload, OutboundListener listener, MeshView mesh) {
        return switch (workload.proxy()) {
            case ProxyMode.Unmeshed() -> Optional.empty();
            case ProxyMode.Redirect() -> Optional.of(listener.redirected(mesh.settings()));
            case ProxyMode.MeshPort meshPort ->
                    Optional.of(listener.asHttpProxy(meshPort.outboundPort()));
        };
    }

    private static Optional<Listener> inbound(Workload workload, MeshView mesh) {
        AccessPolicy policy = AccessPolicy.at(workload, mesh);
        return switch (workload.proxy()) {
            case ProxyMode.Unmeshed() -> Optional.empty();
            case ProxyMode.Redirect() ->
                    Optional.of(InboundListener.redirected(workload, mesh.settings(), policy));
            case ProxyMode.MeshPort(int port, int _, boolean _) ->
                    InboundListener.onMeshPort(workload, port, mesh.settings(), policy);
        };
    }

    private static Optional<Workload> proxied(WorkloadName name, MeshView mesh) {
        return mesh.workload(name).filter(w -> w.proxy().meshed() && !w.addresses().isEmpty());
    }
}
