package io.peakmesh.xds.translator.route;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.peakmesh.xds.translator.MeshView;
import io.peakmesh.xds.translator.Scope;
import io.peakmesh.xds.translator.authz.AccessPolicy;
import io.peakmesh.xds.translator.authz.RbacRules;
import io.peakmesh.xds.translator.destination.AppPorts;
import io.peakmesh.xds.translator.match.Matches;
import io.peakmesh.xds.translator.name.ClusterName;
import io.peakmesh.xds.translator.name.ResourceNames;
import io.peakmesh.xds.translator.wire.Wire;
import java.util.Optional;

/**
 * From a request that has come in to the app, with the policy for requests: it stands here and not
 * in the listener, so that a change of policy holds from the next request on and drains nothing.
 */
public final class InboundRoutes {
    private InboundRoutes() {}

    /** What peers' requests to one of the app's ports meet; the name is that of its cluster. */
    public static Optional<RouteConfiguration> fromPeers(
            ClusterName.Inbound name, Scope scope, MeshView mesh) {
        if (!(scope instanceof Scope.OfWorkload(var workloadName))) {
            return Optional.empty();
        }
        return mesh.workload(workloadName)
                .filter(w -> AppPorts.of(w, name.port()).isPresent())
                .map(w -> toApp(name, AccessPolicy.at(w, mesh).http(name.port())));
    }

    /** To the app, under these rules. */
    public static RouteConfiguration toApp(ClusterName.Inbound name, Optional<RbacRules> rules) {
        VirtualHost.Builder app = VirtualHost.newBuilder().setName("app").addDomains("*");
        app.addRoutesBuilder()
                .setMatch(Matches.everything())
                .getRouteBuilder()
                .setCluster(name.text())
                .setTimeout(Wire.seconds(0));
        rules.ifPresent(r -> app.putTypedPerFilterConfig(RbacRules.HTTP_FILTER, r.perRoute()));
        return RouteConfiguration.newBuilder()
                .setName(name.text())
                .addVirtualHosts(app)
                .addResponseHeadersToRemove(ResourceNames.UNSENT_HEADER)
                .build();
    }
}
