package io.peakmesh.xds.translator.listener;

import io.envoyproxy.envoy.config.listener.v3.ApiListener;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.ServicePort;
import io.peakmesh.xds.translator.MeshView;
import io.peakmesh.xds.translator.destination.Named;
import io.peakmesh.xds.translator.name.Authority;
import io.peakmesh.xds.translator.route.ServiceRoutes;
import io.peakmesh.xds.translator.wire.Wire;
import java.util.Optional;

/** What a client that is gRPC itself gets for the name of a service: routes, and no socket. */
final class GrpcListener {
    private GrpcListener() {}

    static Optional<Listener> named(String name, String namespace, MeshView mesh) {
        return Authority.parse(name)
                .flatMap(a ->
                        Named.resolve(a, Optional.of(namespace), mesh)
                                        instanceof
                                        Named.ToService(ServiceName service, ServicePort port)
                                ? Optional.of(listener(name, service, port, mesh))
                                : Optional.empty());
    }

    private static Listener listener(
            String name, ServiceName service, ServicePort port, MeshView mesh) {
        RouteConfiguration.Builder routes = RouteConfiguration.newBuilder().setName(name);
        routes.addVirtualHostsBuilder()
                .setName(name)
                .addDomains("*")
                .addAllRoutes(ServiceRoutes.forGrpcClient().routes(service, port.port(), mesh));
        HttpConnectionManager hcm =
                HttpConnectionManager.newBuilder()
                        .setStatPrefix("grpc")
                        .setRouteConfig(routes)
                        .addHttpFilters(
                                HttpFilter.newBuilder()
                                        .setName("envoy.filters.http.router")
                                        .setTypedConfig(Wire.any(Router.getDefaultInstance())))
                        .build();
        return Listener.newBuilder()
                .setName(name)
                .setApiListener(ApiListener.newBuilder().setApiListener(Wire.any(hcm)))
                .build();
    }
}
