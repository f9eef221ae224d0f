package io.peakmesh.xds.translator.match;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.peakmesh.model.HttpMatch;
import io.peakmesh.xds.translator.wire.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An SMI HTTP match in Envoy's words. */
public final class Matches {
    private Matches() {}

    /** Any request at all. */
    public static RouteMatch everything() {
        return RouteMatch.newBuilder().setPrefix("").build();
    }

    /** All parts of the match, for a route. */
    public static RouteMatch of(HttpMatch match) {
        RouteMatch.Builder out = RouteMatch.newBuilder();
        if (match.pathRegex().isEmpty()) {
            out.setPrefix("");
        } else {
            out.setSafeRegex(Wire.regexFromStart(match.pathRegex()));
        }
        return out.addAllHeaders(headers(match)).build();
    }

    /** The method and the headers of a match: all of them must hold. */
    public static List<HeaderMatcher> headers(HttpMatch match) {
        List<HeaderMatcher> out = new ArrayList<>();
        methods(match).ifPresent(out::add);
        match.headers().forEach((name, regex) -> out.add(header(name, regex)));
        return out;
    }

    private static Optional<HeaderMatcher> methods(HttpMatch match) {
        if (match.methods().isEmpty() || match.methods().contains("*")) {
            return Optional.empty();
        }
        return Optional.of(header(":method", String.join("|", match.methods())));
    }

    private static HeaderMatcher header(String name, String regex) {
        return HeaderMatcher.newBuilder()
                .setName(name.equals("host") ? ":authority" : name)
                .setStringMatch(Wire.regex(regex))
                .build();
    }
}
