package io.peakmesh.xds.translator.authz;

import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.type.matcher.v3.PathMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.peakmesh.model.HttpMatch;
import io.peakmesh.xds.translator.match.Matches;
import io.peakmesh.xds.translator.wire.Wire;

/** One HTTP match as a permission; the path is compared without its query string. */
final class HttpPermission {
    private HttpPermission() {}

    static Permission of(HttpMatch match) {
        Permission.Set.Builder all = Permission.Set.newBuilder();
        if (!match.pathRegex().isEmpty()) {
            all.addRulesBuilder()
                    .setUrlPath(
                            PathMatcher.newBuilder()
                                    .setPath(
                                            StringMatcher.newBuilder()
                                                    .setSafeRegex(
                                                            Wire.regexFromStart(
                                                                    match.pathRegex()))));
        }
        Matches.headers(match).forEach(header -> all.addRulesBuilder().setHeader(header));
        return switch (all.getRulesCount()) {
            case 0 -> Permission.newBuilder().setAny(true).build();
            case 1 -> all.getRules(0);
            default -> Permission.newBuilder().setAndRules(all).build();
        };
    }
}
