package io.peakmesh.xds.server;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.LoadBalancingPolicy;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.Vhds;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.dynamic_modules.v3.DynamicModuleConfig;
import io.envoyproxy.envoy.extensions.filters.http.on_demand.v3.OnDemand;
import io.envoyproxy.envoy.extensions.filters.http.on_demand.v3.OnDemandCds;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.peakmesh.model.Endpoint;
import io.peakmesh.model.ProxyMode;
import io.peakmesh.model.Service;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.xds.translator.Asker;
import io.peakmesh.xds.translator.MeshView;
import io.peakmesh.xds.translator.ResourceKey;
import io.peakmesh.xds.translator.Scope;
import io.peakmesh.xds.translator.Translator;
import io.peakmesh.xds.translator.XdsType;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * On-demand HTTP and nothing else: {@code outbound/svc.ns} is a virtual host, {@code ns/svc} its
 * cluster. A service on port 1 gives a cluster that Envoy refuses. For those who carry the
 * Peak-EWMA module, clusters or listeners name it.
 */
public final class SmallTranslator implements Translator {
    static final int BAD_PORT = 1;
    private static final String PREFIX = "outbound/";
    private static final String MODULE = "peakmesh";
    private static final String RESERVED = PREFIX + "reserved.invalid";

    private final Set<XdsType> naming;

    public SmallTranslator() {
        this(Set.of(XdsType.CLUSTER, XdsType.LISTENER));
    }

    /** {@code naming} are the types whose resources name the module. */
    SmallTranslator(Set<XdsType> naming) {
        this.naming = naming;
    }

    @Override
    public ResourceKey key(XdsType type, String name, Asker asker) {
        Scope scope =
                type == XdsType.LISTENER
                        ? new Scope.OfWorkload(asker.workload())
                        : new Scope.Shared();
        return new ResourceKey(type, name, scope, asker.peakEwma() && naming.contains(type));
    }

    @Override
    public List<String> always(XdsType type, WorkloadName asker, MeshView mesh) {
        return switch (type) {
            case LISTENER -> List.of("outbound");
            case VIRTUAL_HOST -> List.of(RESERVED);
            case SECRET, CLUSTER, ENDPOINT, ROUTE -> List.of();
        };
    }

    @Override
    public Optional<String> overflow(XdsType type) {
        return type == XdsType.VIRTUAL_HOST ? Optional.of(PREFIX + "*") : Optional.empty();
    }

    @Override
    public Optional<Message> translate(ResourceKey key, MeshView mesh) {
        if (key.scope() instanceof Scope.OfGrpcClient) {
            return GrpcTranslation.translate(key, mesh);
        }
        return switch (key.type()) {
            case SECRET -> Optional.empty();
            case LISTENER ->
                    key.scope() instanceof Scope.OfWorkload(WorkloadName workload)
                            ? mesh.workload(workload).map(w -> listener(w.proxy(), key.peakEwma()))
                            : Optional.empty();
            case ROUTE -> key.name().equals("outbound") ? Optional.of(route()) : Optional.empty();
            case VIRTUAL_HOST -> virtualHost(key.name(), mesh);
            case CLUSTER ->
                    service(key.name(), mesh)
                            .map(s -> key.peakEwma() ? balanced(cluster(s)) : cluster(s));
            case ENDPOINT -> endpoints(key.name(), mesh);
        };
    }

    private static Optional<Service> service(String name, MeshView mesh) {
        return name.matches("[a-z0-9-]+/[a-z0-9-]+")
                ? mesh.service(ServiceName.parse(name))
                : Optional.empty();
    }

    private static Optional<Message> virtualHost(String name, MeshView mesh) {
        if (name.equals(RESERVED)) {
            return Optional.of(host(name, "reserved.invalid", "none"));
        }
        if (name.equals(PREFIX + "*")) {
            return Optional.of(host(name, "*", "none"));
        }
        String authority = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : "";
        String[] labels = authority.split("\\.", -1);
        if (labels.length != 2) {
            return Optional.empty();
        }
        String cluster = labels[1] + "/" + labels[0];
        return service(cluster, mesh).map(_ -> host(name, authority, cluster));
    }

    private static VirtualHost host(String name, String domain, String cluster) {
        return VirtualHost.newBuilder()
                .setName(name)
                .addDomains(domain)
                .addRoutes(
                        Route.newBuilder()
                                .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                                .setRoute(RouteAction.newBuilder().setCluster(cluster)))
                .build();
    }

    static Cluster cluster(Service service) {
        Cluster.Builder cluster =
                Cluster.newBuilder()
                        .setName(service.name().toString())
                        .setConnectTimeout(Duration.newBuilder().setSeconds(1))
                        .setType(Cluster.DiscoveryType.EDS)
                        .setEdsClusterConfig(
                                Cluster.EdsClusterConfig.newBuilder().setEdsConfig(ads()));
        if (service.ports().getFirst().port() == BAD_PORT) {
            cluster.setLbPolicy(Cluster.LbPolicy.CLUSTER_PROVIDED);
        }
        return cluster.build();
    }

    private static Cluster balanced(Cluster cluster) {
        return cluster.toBuilder()
                .setLoadBalancingPolicy(
                        LoadBalancingPolicy.newBuilder()
                                .addPolicies(
                                        LoadBalancingPolicy.Policy.newBuilder()
                                                .setTypedExtensionConfig(
                                                        TypedExtensionConfig.newBuilder()
                                                                .setName(MODULE)
                                                                .setTypedConfig(policy()))))
                .build();
    }

    /** Fields 1 and 2 of both messages: the module, and what of it. */
    private static Any policy() {
        return Any.newBuilder()
                .setTypeUrl(
                        "type.googleapis.com/envoy.extensions.load_balancing_policies.dynamic_modules"
                                + ".v3.DynamicModulesLoadBalancerConfig")
                .setValue(module())
                .build();
    }

    private static Any log() {
        return Any.newBuilder()
                .setTypeUrl(
                        "type.googleapis.com/envoy.extensions.access_loggers.dynamic_modules.v3"
                                + ".DynamicModuleAccessLog")
                .setValue(module())
                .build();
    }

    private static ByteString module() {
        DynamicModuleConfig module =
                DynamicModuleConfig.newBuilder().setName(MODULE).setDoNotClose(true).build();
        UnknownFieldSet.Builder fields = UnknownFieldSet.newBuilder();
        fields.addField(
                1,
                UnknownFieldSet.Field.newBuilder()
                        .addLengthDelimited(module.toByteString())
                        .build());
        fields.addField(
                2,
                UnknownFieldSet.Field.newBuilder()
                        .addLengthDelimited(ByteString.copyFromUtf8("peak_ewma"))
                        .build());
        return fields.build().toByteString();
    }

    static Optional<Message> endpoints(String name, MeshView mesh) {
        if (service(name, mesh).isEmpty()) {
            return Optional.empty();
        }
        LocalityLbEndpoints.Builder locality = LocalityLbEndpoints.newBuilder();
        locality.getLoadBalancingWeightBuilder().setValue(1);
        locality.getLocalityBuilder().setZone("z");
        for (Endpoint endpoint :
                mesh.endpoints(ServiceName.parse(name)).map(e -> e.on(80)).orElse(List.of())) {
            locality.addLbEndpoints(
                    LbEndpoint.newBuilder()
                            .setEndpoint(
                                    io.envoyproxy.envoy.config.endpoint.v3.Endpoint.newBuilder()
                                            .setAddress(
                                                    address(endpoint.address(), endpoint.port()))));
        }
        return Optional.of(
                ClusterLoadAssignment.newBuilder()
                        .setClusterName(name)
                        .addEndpoints(locality)
                        .build());
    }

    private static RouteConfiguration route() {
        return RouteConfiguration.newBuilder()
                .setName("outbound")
                .setVhds(Vhds.newBuilder().setConfigSource(ads()))
                .build();
    }

    private static Listener listener(ProxyMode proxy, boolean peakEwma) {
        Router.Builder router = Router.newBuilder();
        if (peakEwma) {
            router.addUpstreamLog(AccessLog.newBuilder().setName(MODULE).setTypedConfig(log()));
        }
        int port = proxy instanceof ProxyMode.MeshPort m ? m.outboundPort() : 0;
        HttpConnectionManager http =
                HttpConnectionManager.newBuilder()
                        .setStatPrefix("outbound")
                        .setRds(
                                Rds.newBuilder()
                                        .setRouteConfigName("outbound")
                                        .setConfigSource(ads()))
                        .addHttpFilters(
                                HttpFilter.newBuilder()
                                        .setName("envoy.filters.http.on_demand")
                                        .setTypedConfig(Any.pack(onDemand())))
                        .addHttpFilters(
                                HttpFilter.newBuilder()
                                        .setName("envoy.filters.http.router")
                                        .setTypedConfig(Any.pack(router.build())))
                        .build();
        return Listener.newBuilder()
                .setName("outbound")
                .setAddress(address("127.0.0.1", port))
                .addFilterChains(
                        FilterChain.newBuilder()
                                .addFilters(
                                        Filter.newBuilder()
                                                .setName("http")
                                                .setTypedConfig(Any.pack(http))))
                .build();
    }

    private static OnDemand onDemand() {
        return OnDemand.newBuilder()
                .setOdcds(
                        OnDemandCds.newBuilder()
                                .setSource(ads())
                                .setTimeout(Duration.newBuilder().setSeconds(5)))
                .build();
    }

    private static Address address(String ip, int port) {
        return Address.newBuilder()
                .setSocketAddress(SocketAddress.newBuilder().setAddress(ip).setPortValue(port))
                .build();
    }

    static ConfigSource ads() {
        return ConfigSource.newBuilder()
                .setResourceApiVersion(ApiVersion.V3)
                .setAds(AggregatedConfigSource.getDefaultInstance())
                .build();
    }
}
