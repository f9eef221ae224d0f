package io.peakmesh.xds.translator.authz;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBACPerRoute;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.peakmesh.xds.translator.wire.Wire;

/**
 * Rules as a filter. What they deny is counted as {@code rbac.denied} under the filter's
 * statistics, what they would deny in a permissive namespace as {@code rbac.shadow_denied}.
 *
 * @param enforced or only counted
 */
public record RbacRules(RBAC rules, boolean enforced) {
    /** The HTTP filter's name, under which routes bring their rules. */
    public static final String HTTP_FILTER = "envoy.filters.http.rbac";

    /** A filter that lets everything pass but what a route's own rules say. */
    public static HttpFilter byRoute() {
        return filter(
                io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC.getDefaultInstance());
    }

    /** These rules for the requests of a route. */
    public Any perRoute() {
        return Wire.any(RBACPerRoute.newBuilder().setRbac(httpRules()).build());
    }

    private io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC httpRules() {
        io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC.Builder filter =
                io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC.newBuilder();
        return enforced ? filter.setRules(rules).build() : filter.setShadowRules(rules).build();
    }

    private static HttpFilter filter(
            io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC config) {
        return HttpFilter.newBuilder()
                .setName(HTTP_FILTER)
                .setTypedConfig(Wire.any(config))
                .build();
    }

    /** These rules for connections. */
    public Filter network(String statPrefix) {
        var filter =
                io.envoyproxy
                        .envoy
                        .extensions
                        .filters
                        .network
                        .rbac
                        .v3
                        .RBAC
                        .newBuilder()
                        .setStatPrefix(statPrefix + ".");
        if (enforced) {
            filter.setRules(rules);
        } else {
            filter.setShadowRules(rules);
        }
        return Filter.newBuilder()
                .setName("envoy.filters.network.rbac")
                .setTypedConfig(Wire.any(filter.build()))
                .build();
    }
}
