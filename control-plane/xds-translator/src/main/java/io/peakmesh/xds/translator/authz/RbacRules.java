package io.peakmesh.xds.translator.authz;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.peakmesh.xds.translator.wire.Wire;

/**
 * Rules as a filter. What they deny is counted as {@code rbac.denied} under the filter's
 * statistics, what they would deny in a permissive namespace as {@code rbac.shadow_denied}.
 *
 * @param enforced or only counted
 */
public record RbacRules(RBAC rules, boolean enforced) {
    public HttpFilter http() {
        var filter = io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC.newBuilder();
        if (enforced) {
            filter.setRules(rules);
        } else {
            filter.setShadowRules(rules);
        }
        return HttpFilter.newBuilder()
                .setName("envoy.filters.http.rbac")
                .setTypedConfig(Wire.any(filter.build()))
                .build();
    }

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
