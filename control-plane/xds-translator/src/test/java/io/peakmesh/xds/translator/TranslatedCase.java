package io.peakmesh.xds.translator;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.xds.translator.envoy.EnvoyTranslator;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything that one asker of a case gets: what it has without asking, what the case asks for, and
 * what those name in turn.
 */
final class TranslatedCase {
    private final EnvoyTranslator translator = new EnvoyTranslator();
    private final Yaml in;
    private final Mesh mesh;
    private final Map<XdsType, SortedMap<String, Optional<Message>>> found =
            new EnumMap<>(XdsType.class);

    private TranslatedCase(Yaml in) {
        this.in = in;
        this.mesh = MeshYaml.read(in);
    }

    static TranslatedCase of(Yaml in) {
        TranslatedCase out = new TranslatedCase(in);
        out.translate();
        return out;
    }

    /** The same case with one of its words left out. */
    static TranslatedCase without(String word, Yaml in) {
        Map<Object, Object> rest = new LinkedHashMap<>(in.map());
        rest.remove(word);
        return of(new Yaml(rest));
    }

    /** By name; empty for a name that was asked for and is not there. */
    SortedMap<String, Optional<Message>> all(XdsType type) {
        return found.getOrDefault(type, new TreeMap<>());
    }

    <T extends Message> List<T> present(XdsType type, Class<T> message) {
        return all(type).values().stream().flatMap(Optional::stream).map(message::cast).toList();
    }

    private void translate() {
        String asker = in.text("asker", "");
        if (!asker.isEmpty()) {
            WorkloadName workload = WorkloadName.parse(asker);
            for (XdsType type : XdsType.values()) {
                translator
                        .always(type, workload, new MeshView(mesh))
                        .forEach(name -> add(type, name));
            }
            add(XdsType.ROUTE, "outbound");
            all(XdsType.CLUSTER).keySet().stream()
                    .filter(name -> name.startsWith("inbound|"))
                    .forEach(name -> add(XdsType.ROUTE, name));
        }
        in.texts("listeners").forEach(name -> add(XdsType.LISTENER, name));
        in.texts("clusters").forEach(name -> add(XdsType.CLUSTER, name));
        in.texts("endpointsOf").forEach(name -> add(XdsType.ENDPOINT, name));
        in.texts("virtualHosts").forEach(name -> add(XdsType.VIRTUAL_HOST, "outbound/" + name));
        for (VirtualHost host : present(XdsType.VIRTUAL_HOST, VirtualHost.class)) {
            clustersOf(host.getRoutesList()).forEach(name -> add(XdsType.CLUSTER, name));
        }
        for (RouteConfiguration routes : inlineRoutes()) {
            routes.getVirtualHostsList()
                    .forEach(host ->
                            clustersOf(host.getRoutesList())
                                    .forEach(name -> add(XdsType.CLUSTER, name)));
        }
        for (Cluster cluster : present(XdsType.CLUSTER, Cluster.class)) {
            if (cluster.getType() == Cluster.DiscoveryType.EDS) {
                add(XdsType.ENDPOINT, cluster.getName());
            }
        }
    }

    /** Route configurations that gRPC clients get inside a listener. */
    List<RouteConfiguration> inlineRoutes() {
        List<RouteConfiguration> out = new ArrayList<>();
        for (Listener listener : present(XdsType.LISTENER, Listener.class)) {
            if (listener.hasApiListener()) {
                out.add(Anys.connectionManager(listener).getRouteConfig());
            }
        }
        return out;
    }

    List<ClusterLoadAssignment> assignments() {
        return present(XdsType.ENDPOINT, ClusterLoadAssignment.class);
    }

    private void add(XdsType type, String name) {
        String client = in.text("grpcClient", "");
        ResourceKey key =
                client.isEmpty()
                        ? translator.key(type, name, asker())
                        : new ResourceKey(type, name, new Scope.OfGrpcClient(client));
        found.computeIfAbsent(type, _ -> new TreeMap<>())
                .put(name, translator.translate(key, new MeshView(mesh)));
    }

    private Asker asker() {
        WorkloadName name = WorkloadName.parse(in.text("asker", ""));
        return new Asker(
                name, in.text("askerZone", ""), Boolean.parseBoolean(in.text("peakEwma", "false")));
    }

    private static Collection<String> clustersOf(List<Route> routes) {
        List<String> out = new ArrayList<>();
        for (Route route : routes) {
            if (!route.getRoute().getCluster().isEmpty()) {
                out.add(route.getRoute().getCluster());
            }
            route.getRoute()
                    .getWeightedClusters()
                    .getClustersList()
                    .forEach(c -> out.add(c.getName()));
        }
        return out;
    }
}
