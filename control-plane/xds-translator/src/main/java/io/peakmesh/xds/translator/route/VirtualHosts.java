package io.peakmesh.xds.translator.route;

import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.Vhds;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.peakmesh.model.ProxyMode;
import io.peakmesh.model.Service;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.ServicePort;
import io.peakmesh.model.Workload;
import io.peakmesh.xds.translator.MeshView;
import io.peakmesh.xds.translator.Scope;
import io.peakmesh.xds.translator.destination.Addressed;
import io.peakmesh.xds.translator.destination.Named;
import io.peakmesh.xds.translator.match.Matches;
import io.peakmesh.xds.translator.name.Authority;
import io.peakmesh.xds.translator.name.ClusterName;
import io.peakmesh.xds.translator.name.IpText;
import io.peakmesh.xds.translator.name.ResourceNames;
import io.peakmesh.xds.translator.wire.Wire;
import java.util.List;
import java.util.Optional;

/**
 * A virtual host for each authority that an app calls, with that one domain, so that no two ever
 * overlap. What is no service goes to the cluster that the listener wrote into a header: by
 * original destination where traffic is redirected, by name where it is not.
 */
public final class VirtualHosts {
    private static final String RESERVED_DOMAIN = "reserved.peakmesh.invalid";

    private VirtualHosts() {}

    /** The route configuration that has no routes of its own. */
    public static RouteConfiguration onDemand() {
        return RouteConfiguration.newBuilder()
                .setName(ResourceNames.OUTBOUND_ROUTES)
                .setVhds(Vhds.newBuilder().setConfigSource(Wire.ads()))
                .addRequestHeadersToRemove(ResourceNames.DESTINATION_HEADER)
                .addResponseHeadersToRemove(ResourceNames.UNSENT_HEADER)
                .build();
    }

    public static Optional<VirtualHost> virtualHost(String name, Scope scope, MeshView mesh) {
        if (name.equals(ResourceNames.RESERVED_VIRTUAL_HOST)) {
            String body = "peakmesh: this name is kept for the mesh itself";
            return Optional.of(host(name, RESERVED_DOMAIN, List.of(answer(404, body))));
        }
        if (name.equals(ResourceNames.OVERFLOW_VIRTUAL_HOST)) {
            return Optional.of(host(name, "*", List.of(overflow(scope, mesh))));
        }
        return ResourceNames.authority(name).map(a -> host(name, a.text(), routes(a, scope, mesh)));
    }

    private static List<Route> routes(Authority authority, Scope scope, MeshView mesh) {
        if (authority.ip()) {
            return byAddress(authority, mesh);
        }
        return switch (Named.resolve(authority, namespace(scope), mesh)) {
            case Named.ToService(ServiceName service, ServicePort port) ->
                    toService(service, port, mesh);
            case Named.ToInstance(String ip, int port) -> toInstance(ip, port, mesh);
            case Named.NoSuchInstance(ServiceName service, String hostname) ->
                    List.of(
                            answer(
                                    503,
                                    "peakmesh: service "
                                            + service.name()
                                            + " in namespace "
                                            + service.namespace()
                                            + " has no endpoint named "
                                            + hostname));
            case Named.ToExternal(Authority target) ->
                    List.of(toCluster(new ClusterName.Dns(target)));
            case Named.NoSuchPort(Service service, int port) ->
                    List.of(answer(503, noPort(service, port)));
            case Named.NoSuchService(ServiceName service) ->
                    List.of(
                            answer(
                                    503,
                                    "peakmesh: no service "
                                            + service.name()
                                            + " in namespace "
                                            + service.namespace()));
            case Named.Unknown() -> List.of(asTheListenerSays());
        };
    }

    private static List<Route> byAddress(Authority authority, MeshView mesh) {
        String ip = authority.host();
        int port = authority.port();
        return switch (Addressed.resolve(ip, port, mesh)) {
            case Addressed.ToService(ServiceName service, ServicePort p) ->
                    toService(service, p, mesh);
            case Addressed.ToWorkload _ -> List.of(toCluster(new ClusterName.Dst(ip, port)));
            case Addressed.Elsewhere() -> List.of(asTheListenerSays());
            case Addressed.ToProxy() ->
                    List.of(
                            answer(
                                    404,
                                    "peakmesh: "
                                            + authority.text()
                                            + " is a proxy of the mesh itself; name the service"
                                            + " you want as the host, for example through"
                                            + " http_proxy"));
        };
    }

    /** An endpoint that is no workload of the mesh is called as it is. */
    private static List<Route> toInstance(String ip, int port, MeshView mesh) {
        return Addressed.resolve(ip, port, mesh) instanceof Addressed.ToWorkload
                ? List.of(toCluster(new ClusterName.Dst(ip, port)))
                : Authority.parse(IpText.withPort(ip, port))
                        .map(authority -> List.of(toCluster(new ClusterName.Dns(authority))))
                        .orElse(List.of(asTheListenerSays()));
    }

    private static List<Route> toService(ServiceName service, ServicePort port, MeshView mesh) {
        return ServiceRoutes.forProxy().routes(service, port.port(), mesh);
    }

    /** A proxy that may hold no more names: by destination still, or not at all. */
    private static Route overflow(Scope scope, MeshView mesh) {
        boolean redirected =
                scope instanceof Scope.OfWorkload(var workload)
                        && mesh.workload(workload).map(Workload::proxy).orElse(null)
                                instanceof ProxyMode.Redirect;
        return redirected
                ? asTheListenerSays()
                : answer(
                        503,
                        "peakmesh: this proxy has been asked for more host names than it may"
                                + " hold; restart it to start afresh");
    }

    private static Optional<String> namespace(Scope scope) {
        return switch (scope) {
            case Scope.Shared(), Scope.OfZone _ -> Optional.empty();
            case Scope.OfNamespace(String namespace) -> Optional.of(namespace);
            case Scope.OfWorkload(var workload) -> Optional.of(workload.namespace());
            case Scope.OfGrpcClient(String namespace) -> Optional.of(namespace);
        };
    }

    private static VirtualHost host(String name, String domain, List<Route> routes) {
        return VirtualHost.newBuilder()
                .setName(name)
                .addDomains(domain)
                .addAllRoutes(routes)
                .setRetryPolicy(retries())
                .build();
    }

    /** Only what cannot have reached the app: never a retry that could repeat work. */
    private static RetryPolicy retries() {
        return RetryPolicy.newBuilder()
                .setRetryOn("refused-stream,connect-failure,retriable-headers")
                .addRetriableHeaders(
                        HeaderMatcher.newBuilder()
                                .setName(ResourceNames.UNSENT_HEADER)
                                .setStringMatch(Wire.exact("1")))
                .setNumRetries(Wire.uint32(2))
                .addRetryHostPredicate(
                        RetryPolicy.RetryHostPredicate.newBuilder()
                                .setName("envoy.retry_host_predicates.previous_hosts")
                                .setTypedConfig(
                                        Wire.any(PreviousHostsPredicate.getDefaultInstance())))
                .setHostSelectionRetryMaxAttempts(10)
                .build();
    }

    private static Route toCluster(ClusterName cluster) {
        return route(RouteAction.newBuilder().setCluster(cluster.text()));
    }

    /** Whatever the cluster turns out to be: if it chooses by hash, then by the caller. */
    private static Route asTheListenerSays() {
        return route(
                RouteAction.newBuilder()
                        .setClusterHeader(ResourceNames.DESTINATION_HEADER)
                        .addHashPolicy(Hashing.sourceAddress()));
    }

    private static Route route(RouteAction.Builder action) {
        return Route.newBuilder()
                .setMatch(Matches.everything())
                .setRoute(action.setTimeout(Wire.seconds(0)))
                .build();
    }

    private static Route answer(int status, String body) {
        return Route.newBuilder()
                .setMatch(Matches.everything())
                .setDirectResponse(
                        DirectResponseAction.newBuilder()
                                .setStatus(status)
                                .setBody(DataSource.newBuilder().setInlineString(body + "\n")))
                .build();
    }

    private static String noPort(Service service, int port) {
        List<String> ports = service.ports().stream().map(p -> Integer.toString(p.port())).toList();
        return "peakmesh: service "
                + service.name()
                + " has no port "
                + port
                + (ports.isEmpty() ? "" : "; it has " + String.join(", ", ports));
    }
}
