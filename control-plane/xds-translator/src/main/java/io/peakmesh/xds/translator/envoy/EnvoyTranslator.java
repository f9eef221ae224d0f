package io.peakmesh.xds.translator.envoy;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.peakmesh.model.LocalPort;
import io.peakmesh.model.ProxyMode;
import io.peakmesh.model.Workload;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.model.WorkloadPort;
import io.peakmesh.xds.translator.Asker;
import io.peakmesh.xds.translator.MeshView;
import io.peakmesh.xds.translator.ResourceKey;
import io.peakmesh.xds.translator.Scope;
import io.peakmesh.xds.translator.Translator;
import io.peakmesh.xds.translator.XdsType;
import io.peakmesh.xds.translator.cluster.Clusters;
import io.peakmesh.xds.translator.destination.AppPorts;
import io.peakmesh.xds.translator.endpoint.Assignments;
import io.peakmesh.xds.translator.listener.Listeners;
import io.peakmesh.xds.translator.name.ClusterName;
import io.peakmesh.xds.translator.name.ResourceNames;
import io.peakmesh.xds.translator.route.InboundRoutes;
import io.peakmesh.xds.translator.route.VirtualHosts;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Resources for stock Envoy 1.40, and for clients that are gRPC itself. */
public final class EnvoyTranslator implements Translator {
    @Override
    public ResourceKey key(XdsType type, String name, Asker asker) {
        boolean peakEwma = asker.peakEwma() && balances(type, name);
        return new ResourceKey(type, name, scope(type, name, asker), peakEwma);
    }

    /**
     * A cluster names the policy, and the listener of what the app sends the log from which that
     * learns. What goes to the app itself or just passes through has nothing to choose from.
     */
    private static boolean balances(XdsType type, String name) {
        return switch (type) {
            case CLUSTER ->
                    ClusterName.parse(name)
                            .filter(n ->
                                    !(n instanceof ClusterName.Inbound
                                            || n instanceof ClusterName.Undeclared
                                            || n instanceof ClusterName.Passthrough))
                            .isPresent();
            case LISTENER -> name.equals(ResourceNames.OUTBOUND);
            case SECRET, ENDPOINT, ROUTE, VIRTUAL_HOST -> false;
        };
    }

    private static Scope scope(XdsType type, String name, Asker who) {
        WorkloadName asker = who.workload();
        return switch (type) {
            case LISTENER, SECRET -> new Scope.OfWorkload(asker);
            case ENDPOINT ->
                    who.zone().isEmpty() ? new Scope.Shared() : new Scope.OfZone(who.zone());
            case ROUTE, CLUSTER ->
                    ClusterName.parse(name).orElse(null) instanceof ClusterName.Inbound
                            ? new Scope.OfWorkload(asker)
                            : new Scope.Shared();
            case VIRTUAL_HOST -> ofVirtualHost(name, asker);
        };
    }

    /** A name without a dot means another service in each namespace; the rest mean the same. */
    private static Scope ofVirtualHost(String name, WorkloadName asker) {
        if (name.equals(ResourceNames.OVERFLOW_VIRTUAL_HOST)) {
            return new Scope.OfWorkload(asker);
        }
        return ResourceNames.authority(name)
                .filter(a -> !a.ip() && a.host().indexOf('.') < 0)
                .<Scope>map(_ -> new Scope.OfNamespace(asker.namespace()))
                .orElse(new Scope.Shared());
    }

    @Override
    public List<String> always(XdsType type, WorkloadName asker, MeshView mesh) {
        return switch (type) {
            case LISTENER -> Listeners.names(asker, mesh);
            case CLUSTER ->
                    mesh.workload(asker)
                            .filter(w -> w.proxy().meshed() && !w.addresses().isEmpty())
                            .map(EnvoyTranslator::ownClusters)
                            .orElse(List.of());
            case VIRTUAL_HOST -> List.of(ResourceNames.RESERVED_VIRTUAL_HOST);
            case SECRET, ENDPOINT, ROUTE -> List.of();
        };
    }

    private static List<String> ownClusters(Workload workload) {
        TreeSet<String> names = new TreeSet<>();
        for (WorkloadPort port : AppPorts.of(workload)) {
            names.add(new ClusterName.Inbound(port.port()).text());
        }
        for (LocalPort port : Listeners.localPorts(workload)) {
            names.add(new ClusterName.Local(port.service(), port.port()).text());
        }
        if (workload.proxy() instanceof ProxyMode.Redirect) {
            names.add(new ClusterName.Passthrough().text());
            names.add(new ClusterName.Undeclared().text());
        }
        return List.copyOf(names);
    }

    @Override
    public Optional<Message> translate(ResourceKey key, MeshView mesh) {
        String name = key.name();
        return switch (key.type()) {
            case SECRET -> Optional.empty();
            case CLUSTER ->
                    ClusterName.parse(name)
                            .flatMap(n -> Clusters.cluster(key, n, mesh))
                            .map(c -> c);
            case ENDPOINT ->
                    ClusterName.parse(name)
                            .flatMap(n -> Assignments.assignment(key, n, mesh))
                            .map(a -> a);
            case LISTENER -> Listeners.listener(key, mesh).map(l -> l);
            case ROUTE -> routes(name, key.scope(), mesh).map(r -> r);
            case VIRTUAL_HOST -> VirtualHosts.virtualHost(name, key.scope(), mesh).map(v -> v);
        };
    }

    private static Optional<RouteConfiguration> routes(String name, Scope scope, MeshView mesh) {
        if (name.equals(ResourceNames.OUTBOUND_ROUTES)) {
            return Optional.of(VirtualHosts.onDemand());
        }
        return ClusterName.parse(name).orElse(null) instanceof ClusterName.Inbound inbound
                ? InboundRoutes.fromPeers(inbound, scope, mesh)
                : Optional.empty();
    }

    @Override
    public Optional<String> overflow(XdsType type) {
        return type == XdsType.VIRTUAL_HOST
                ? Optional.of(ResourceNames.OVERFLOW_VIRTUAL_HOST)
                : Optional.empty();
    }
}
