package io.peakmesh.benchmarks.balancing;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.peakmesh.model.Balancing;
import io.peakmesh.xds.translator.module.ModuleConfig;
import io.peakmesh.xds.translator.wire.Wire;
import java.util.List;

/**
 * A client sidecar's whole configuration: one plaintext HTTP listener, one route without retries,
 * one cluster as the control plane would send it.
 *
 * @param settings of Peak-EWMA
 */
record EnvoyConfig(Scenario scenario, Policy policy, Balancing.PeakEwma settings) {
    private static final String CLUSTER = "backends";
    private static final String LOOPBACK = "127.0.0.1";

    /**
     * @param ports of the backends, by number
     */
    Bootstrap bootstrap(List<Integer> ports, int listenPort) {
        Bootstrap.Builder out = Bootstrap.newBuilder();
        out.getNodeBuilder().setId("bench").setCluster("bench");
        out.getStaticResourcesBuilder()
                .addListeners(listener(listenPort))
                .addClusters(cluster(ports));
        return out.build();
    }

    private Listener listener(int port) {
        RouteAction action =
                RouteAction.newBuilder()
                        .setCluster(CLUSTER)
                        .setTimeout(millis(scenario.timeoutMillis()))
                        .build();
        VirtualHost host =
                VirtualHost.newBuilder()
                        .setName(CLUSTER)
                        .addDomains("*")
                        .addRoutes(
                                Route.newBuilder()
                                        .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                                        .setRoute(action))
                        .build();
        HttpConnectionManager hcm =
                HttpConnectionManager.newBuilder()
                        .setStatPrefix("in")
                        .setRouteConfig(RouteConfiguration.newBuilder().addVirtualHosts(host))
                        .addHttpFilters(
                                HttpFilter.newBuilder()
                                        .setName("envoy.filters.http.router")
                                        .setTypedConfig(Wire.any(router())))
                        .build();
        return Listener.newBuilder()
                .setName("in")
                .setAddress(Wire.address(LOOPBACK, port))
                .addFilterChains(
                        FilterChain.newBuilder()
                                .addFilters(
                                        Filter.newBuilder()
                                                .setName(
                                                        "envoy.filters.network.http_connection_manager")
                                                .setTypedConfig(Wire.any(hcm))))
                .build();
    }

    private Router router() {
        Router.Builder router = Router.newBuilder().setSuppressEnvoyHeaders(true);
        if (policy == Policy.PEAK_EWMA) {
            router.addUpstreamLog(ModuleConfig.upstreamLog())
                    .setUpstreamLogOptions(
                            Router.UpstreamAccessLogOptions.newBuilder()
                                    .setUpstreamLogFlushInterval(Wire.seconds(1)));
        }
        return router.build();
    }

    private Cluster cluster(List<Integer> ports) {
        ClusterLoadAssignment.Builder endpoints =
                ClusterLoadAssignment.newBuilder().setClusterName(CLUSTER);
        for (int number = 0; number < ports.size(); number++) {
            endpoints
                    .addEndpointsBuilder()
                    .addLbEndpoints(
                            LbEndpoint.newBuilder()
                                    .setEndpoint(
                                            Endpoint.newBuilder()
                                                    .setAddress(
                                                            Wire.address(
                                                                    LOOPBACK, ports.get(number))))
                                    .setLoadBalancingWeight(
                                            Wire.uint32(scenario.backends().get(number).weight())));
        }
        return MeshCluster.of(policy, settings)
                .setName(CLUSTER)
                .setType(Cluster.DiscoveryType.STATIC)
                .setLoadAssignment(endpoints)
                .build();
    }

    private static Duration millis(int millis) {
        return Duration.newBuilder()
                .setSeconds(millis / 1_000)
                .setNanos(millis % 1_000 * 1_000_000)
                .build();
    }
}
