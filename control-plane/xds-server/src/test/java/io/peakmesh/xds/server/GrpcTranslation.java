package io.peakmesh.xds.server;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.listener.v3.ApiListener;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.peakmesh.model.ServiceName;
import io.peakmesh.xds.translator.MeshView;
import io.peakmesh.xds.translator.ResourceKey;
import java.util.Optional;

/** What a gRPC client gets: listener {@code svc.ns}, then a route, a cluster, endpoints. */
final class GrpcTranslation {
    private GrpcTranslation() {}

    static Optional<Message> translate(ResourceKey key, MeshView mesh) {
        return switch (key.type()) {
            case LISTENER -> named(key.name(), mesh).map(_ -> listener(key.name()));
            case ROUTE -> named(key.name(), mesh).map(s -> route(key.name(), s));
            case CLUSTER ->
                    mesh.service(ServiceName.parse(key.name())).map(SmallTranslator::cluster);
            case ENDPOINT -> SmallTranslator.endpoints(key.name(), mesh);
            case SECRET, VIRTUAL_HOST -> Optional.empty();
        };
    }

    private static Optional<ServiceName> named(String authority, MeshView mesh) {
        String[] labels = authority.split("\\.", -1);
        if (labels.length != 2) {
            return Optional.empty();
        }
        ServiceName name = new ServiceName(labels[1], labels[0]);
        return mesh.service(name).map(_ -> name);
    }

    private static Listener listener(String name) {
        HttpConnectionManager http =
                HttpConnectionManager.newBuilder()
                        .setRds(
                                Rds.newBuilder()
                                        .setRouteConfigName(name)
                                        .setConfigSource(SmallTranslator.ads()))
                        .addHttpFilters(
                                HttpFilter.newBuilder()
                                        .setName("router")
                                        .setTypedConfig(Any.pack(Router.getDefaultInstance())))
                        .build();
        return Listener.newBuilder()
                .setName(name)
                .setApiListener(ApiListener.newBuilder().setApiListener(Any.pack(http)))
                .build();
    }

    private static RouteConfiguration route(String name, ServiceName service) {
        return RouteConfiguration.newBuilder()
                .setName(name)
                .addVirtualHosts(
                        VirtualHost.newBuilder()
                                .setName(name)
                                .addDomains("*")
                                .addRoutes(
                                        Route.newBuilder()
                                                .setMatch(RouteMatch.newBuilder().setPrefix(""))
                                                .setRoute(
                                                        RouteAction.newBuilder()
                                                                .setCluster(service.toString()))))
                .build();
    }
}
