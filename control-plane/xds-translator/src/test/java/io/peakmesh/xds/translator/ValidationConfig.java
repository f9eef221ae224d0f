package io.peakmesh.xds.translator;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.peakmesh.xds.translator.authz.RbacRules;
import io.peakmesh.xds.translator.wire.Wire;
import java.util.ArrayList;
import java.util.List;

/** All of a case's resources in one static configuration, so that Envoy reads every one of them. */
final class ValidationConfig {
    private ValidationConfig() {}

    static String json(TranslatedCase translated) {
        Bootstrap.Builder out = Bootstrap.newBuilder();
        out.getNodeBuilder().setId("golden").setCluster("golden");
        out.getDynamicResourcesBuilder().setAdsConfig(stream());
        var resources = out.getStaticResourcesBuilder();
        resources.addClusters(holding("xds", ClusterLoadAssignment.getDefaultInstance()));
        for (Cluster cluster : translated.present(XdsType.CLUSTER, Cluster.class)) {
            resources.addClusters(withSecretsFromElsewhere(cluster));
        }
        for (ClusterLoadAssignment assignment : translated.assignments()) {
            resources.addClusters(holding("load-" + assignment.getClusterName(), assignment));
        }
        for (Listener listener : translated.present(XdsType.LISTENER, Listener.class)) {
            if (!listener.hasApiListener()) {
                resources.addListeners(listener);
            }
        }
        for (RouteConfiguration routes : routes(translated)) {
            resources.addListeners(serving(routes));
        }
        return Anys.json(out);
    }

    private static List<RouteConfiguration> routes(TranslatedCase translated) {
        List<RouteConfiguration> out = new ArrayList<>(translated.inlineRoutes());
        translated.present(XdsType.ROUTE, RouteConfiguration.class).stream()
                .filter(routes -> !routes.hasVhds())
                .forEach(out::add);
        List<VirtualHost> hosts = translated.present(XdsType.VIRTUAL_HOST, VirtualHost.class);
        if (!hosts.isEmpty()) {
            out.add(
                    RouteConfiguration.newBuilder()
                            .setName("all virtual hosts together")
                            .addAllVirtualHosts(hosts)
                            .build());
        }
        return out;
    }

    private static Cluster holding(String name, ClusterLoadAssignment assignment) {
        return Cluster.newBuilder()
                .setName(name)
                .setConnectTimeout(Wire.seconds(1))
                .setType(Cluster.DiscoveryType.STATIC)
                .setLoadAssignment(assignment.toBuilder().setClusterName(name))
                .build();
    }

    private static Listener serving(RouteConfiguration routes) {
        HttpConnectionManager hcm =
                HttpConnectionManager.newBuilder()
                        .setStatPrefix("golden")
                        .setRouteConfig(routes)
                        .addHttpFilters(RbacRules.byRoute())
                        .addHttpFilters(
                                HttpFilter.newBuilder()
                                        .setName("envoy.filters.http.router")
                                        .setTypedConfig(Wire.any(Router.getDefaultInstance())))
                        .build();
        Listener.Builder listener =
                Listener.newBuilder()
                        .setName("routes " + routes.getName())
                        .setAddress(Wire.address("127.0.0.1", 0));
        listener.addFilterChainsBuilder()
                .addFiltersBuilder()
                .setName("envoy.filters.network.http_connection_manager")
                .setTypedConfig(Wire.any(hcm));
        return listener.build();
    }

    private static ApiConfigSource stream() {
        return ApiConfigSource.newBuilder()
                .setApiType(ApiConfigSource.ApiType.DELTA_GRPC)
                .setTransportApiVersion(ApiVersion.V3)
                .addGrpcServices(
                        GrpcService.newBuilder()
                                .setEnvoyGrpc(
                                        GrpcService.EnvoyGrpc.newBuilder().setClusterName("xds")))
                .build();
    }

    /**
     * Static clusters without EDS are made before there is an ADS stream, and Envoy 1.40 then dies
     * on secrets from it; as resources of a stream, which they are in truth, they come after it.
     */
    private static Cluster withSecretsFromElsewhere(Cluster cluster) {
        if (cluster.getType() == Cluster.DiscoveryType.EDS
                || !cluster.getTransportSocket().getTypedConfig().is(UpstreamTlsContext.class)) {
            return cluster;
        }
        try {
            UpstreamTlsContext.Builder tls =
                    cluster
                            .getTransportSocket()
                            .getTypedConfig()
                            .unpack(UpstreamTlsContext.class)
                            .toBuilder();
            ConfigSource source = ConfigSource.newBuilder().setApiConfigSource(stream()).build();
            var common = tls.getCommonTlsContextBuilder();
            common.getTlsCertificateSdsSecretConfigsBuilder(0).setSdsConfig(source);
            common.getCombinedValidationContextBuilder()
                    .getValidationContextSdsSecretConfigBuilder()
                    .setSdsConfig(source);
            Cluster.Builder out = cluster.toBuilder();
            out.getTransportSocketBuilder().setTypedConfig(Wire.any(tls.build()));
            return out.build();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
