package io.peakmesh.xds.translator.route;

import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.peakmesh.model.Balancing;
import io.peakmesh.model.HttpMatch;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.TrafficSplit;
import io.peakmesh.xds.translator.MeshView;
import io.peakmesh.xds.translator.destination.Backends;
import io.peakmesh.xds.translator.match.Matches;
import io.peakmesh.xds.translator.name.ClusterName;
import io.peakmesh.xds.translator.wire.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * The routes of one service port: its splits in their order, and what meets none of their matches
 * to the service itself.
 */
public final class ServiceRoutes {
    private final BiFunction<ServiceName, Integer, ClusterName> naming;
    private final Hashing hashing;

    private ServiceRoutes(BiFunction<ServiceName, Integer, ClusterName> naming, Hashing hashing) {
        this.naming = naming;
        this.hashing = hashing;
    }

    static ServiceRoutes forProxy() {
        return new ServiceRoutes(ClusterName.Svc::new, Hashing.BY_PROXY);
    }

    /** Clusters as a gRPC client knows them. */
    public static ServiceRoutes forGrpcClient() {
        return new ServiceRoutes(ClusterName.Grpc::new, Hashing.BY_GRPC_CLIENT);
    }

    public List<Route> routes(ServiceName root, int port, MeshView mesh) {
        List<Route> routes = new ArrayList<>();
        for (TrafficSplit split : mesh.splits(root)) {
            RouteAction action = action(root, Backends.of(split, port, mesh), port, mesh);
            if (split.matches().isEmpty()) {
                routes.add(route(split.name(), Matches.everything(), action));
                return routes;
            }
            for (HttpMatch match : split.matches()) {
                routes.add(route(split.name(), Matches.of(match), action));
            }
        }
        RouteAction itself = action(root, List.of(new Backends.Leaf(root, 1)), port, mesh);
        routes.add(route("", Matches.everything(), itself));
        return routes;
    }

    private static Route route(String name, RouteMatch match, RouteAction action) {
        return Route.newBuilder().setName(name).setMatch(match).setRoute(action).build();
    }

    private RouteAction action(
            ServiceName root, List<Backends.Leaf> leaves, int port, MeshView mesh) {
        RouteAction.Builder action = RouteAction.newBuilder().setTimeout(Wire.seconds(0));
        hashing.first(balancings(root, leaves, mesh)).ifPresent(action::addHashPolicy);
        if (leaves.size() == 1) {
            return action.setCluster(naming.apply(leaves.getFirst().service(), port).text())
                    .build();
        }
        WeightedCluster.Builder clusters = WeightedCluster.newBuilder();
        for (Backends.Leaf leaf : leaves) {
            clusters.addClustersBuilder()
                    .setName(naming.apply(leaf.service(), port).text())
                    .setWeight(Wire.uint32(leaf.weight()));
        }
        return action.setWeightedClusters(clusters).build();
    }

    /** The called service has a say only in what several of its backends share. */
    private static List<Balancing> balancings(
            ServiceName root, List<Backends.Leaf> leaves, MeshView mesh) {
        List<Balancing> out = new ArrayList<>();
        if (leaves.size() > 1) {
            out.add(mesh.balancing(root));
        }
        leaves.forEach(leaf -> out.add(mesh.balancing(leaf.service())));
        return out;
    }
}
