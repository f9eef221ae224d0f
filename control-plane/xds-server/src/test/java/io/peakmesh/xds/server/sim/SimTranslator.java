package io.peakmesh.xds.server.sim;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.peakmesh.model.Endpoints;
import io.peakmesh.model.ProxyMode;
import io.peakmesh.model.Service;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.Workload;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.xds.translator.Asker;
import io.peakmesh.xds.translator.MeshView;
import io.peakmesh.xds.translator.ResourceKey;
import io.peakmesh.xds.translator.Scope;
import io.peakmesh.xds.translator.Translator;
import io.peakmesh.xds.translator.XdsType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Resources whose content is the mesh's content in one string. A service whose port is a multiple
 * of seven is one that the model clients refuse; on port 13 the translation throws. Listeners, and
 * clusters of services on odd ports, name the Peak-EWMA module for those who carry it.
 */
final class SimTranslator implements Translator {
    static final String RESERVED = "outbound/reserved";
    static final String STAND_IN = "outbound/*";
    private static final String MODULE = " with the module;";

    @Override
    public ResourceKey key(XdsType type, String name, Asker asker) {
        boolean names = type == XdsType.LISTENER || type == XdsType.CLUSTER;
        return new ResourceKey(type, name, scope(type, asker), names && asker.peakEwma());
    }

    private static Scope scope(XdsType type, Asker asker) {
        if (type == XdsType.LISTENER) {
            return new Scope.OfWorkload(asker.workload());
        }
        boolean near = type == XdsType.ENDPOINT && !asker.zone().isEmpty();
        return near ? new Scope.OfZone(asker.zone()) : new Scope.Shared();
    }

    @Override
    public List<String> always(XdsType type, WorkloadName asker, MeshView mesh) {
        return switch (type) {
            case LISTENER -> {
                List<String> names = new ArrayList<>(List.of("outbound"));
                mesh.workload(asker).filter(w -> port(w) % 2 == 1).ifPresent(_ -> names.add("in"));
                yield names;
            }
            case VIRTUAL_HOST -> List.of(RESERVED);
            case SECRET, CLUSTER, ENDPOINT, ROUTE -> List.of();
        };
    }

    @Override
    public Optional<String> overflow(XdsType type) {
        return type == XdsType.VIRTUAL_HOST ? Optional.of(STAND_IN) : Optional.empty();
    }

    @Override
    public Optional<Message> translate(ResourceKey key, MeshView mesh) {
        String name = key.name();
        return switch (key.type()) {
            case SECRET -> Optional.empty();
            case LISTENER -> {
                Scope.OfWorkload of = (Scope.OfWorkload) key.scope();
                yield mesh.workload(of.workload()).map(w -> listener(name, w, key.peakEwma()));
            }
            case ROUTE ->
                    name.equals("outbound")
                            ? Optional.of(RouteConfiguration.newBuilder().setName(name).build())
                            : Optional.empty();
            case VIRTUAL_HOST -> virtualHost(name, mesh);
            case CLUSTER -> service(name, mesh).map(s -> cluster(s, key.peakEwma()));
            case ENDPOINT -> endpoints(name, key.scope(), mesh);
        };
    }

    private static Optional<Message> endpoints(String name, Scope scope, MeshView mesh) {
        if (!name.startsWith("ns/")) {
            return Optional.empty();
        }
        return mesh.endpoints(ServiceName.parse(name))
                .map(e ->
                        ClusterLoadAssignment.newBuilder()
                                .setClusterName(name + "?" + e.byPort() + near(e, scope))
                                .build());
    }

    /** Some endpoints are as near from everywhere. */
    private static String near(Endpoints endpoints, Scope scope) {
        boolean differs = endpoints.on(80).stream().anyMatch(e -> e.port() % 2 == 1);
        return differs && scope instanceof Scope.OfZone(String zone) ? "near " + zone : "";
    }

    private static Message listener(String name, Workload workload, boolean peakEwma) {
        return Listener.newBuilder()
                .setName(name)
                .setStatPrefix(workload.name() + "!" + port(workload) + module(peakEwma))
                .build();
    }

    private static Optional<Message> virtualHost(String name, MeshView mesh) {
        if (name.equals(RESERVED) || name.equals(STAND_IN)) {
            return Optional.of(VirtualHost.newBuilder().setName(name).build());
        }
        return service("ns/" + name.substring(name.indexOf('/') + 1), mesh)
                .map(s ->
                        VirtualHost.newBuilder()
                                .setName(name)
                                .addDomains("port " + port(s) + ";")
                                .build());
    }

    private static Optional<Service> service(String name, MeshView mesh) {
        return name.startsWith("ns/") ? mesh.service(ServiceName.parse(name)) : Optional.empty();
    }

    private static int port(Service service) {
        int port = service.ports().getFirst().port();
        if (port == 13) {
            throw new IllegalStateException("thirteen");
        }
        return port;
    }

    private static int port(Workload workload) {
        return workload.proxy() instanceof ProxyMode.MeshPort mesh ? mesh.outboundPort() : 0;
    }

    private static String module(boolean named) {
        return named ? MODULE : "";
    }

    /** One on an even port balances by other means. */
    private static Message cluster(Service service, boolean peakEwma) {
        int port = port(service);
        return Cluster.newBuilder()
                .setName(service.name().toString())
                .setAltStatName("port " + port + ";" + module(peakEwma && port % 2 == 1))
                .setType(Cluster.DiscoveryType.EDS)
                .build();
    }

    /** Whether it names the Peak-EWMA module. */
    static boolean namesModule(String content) {
        return content.contains(MODULE);
    }

    /** Whether a model client refuses a resource with this content. */
    static boolean bad(String content) {
        int at = content.indexOf("port ");
        if (at < 0) {
            return false;
        }
        String digits = content.substring(at + 5, content.indexOf(';', at));
        return Integer.parseInt(digits) % 7 == 0;
    }
}
