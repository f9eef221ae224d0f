package io.peakmesh.cli.mistake;

import static io.peakmesh.cli.mistake.Mistake.yaml;

import java.util.ArrayList;
import java.util.List;

/** TrafficTargets and routes that cannot be used, or not as their author means them. */
final class PolicyMistakes {
    private static final String TARGET =
            """
            apiVersion: access.smi-spec.io/v1alpha3
            kind: TrafficTarget
            metadata: {name: cart-calls, namespace: shop}
            spec:
              destination: {kind: ServiceAccount, name: cart, namespace: shop}
              sources: [{kind: ServiceAccount, name: web, namespace: shop}]
              rules: [{kind: HTTPRouteGroup, name: pages}]
            """;

    private PolicyMistakes() {}

    static List<Mistake> all() {
        List<Mistake> all = new ArrayList<>(ofTargets());
        all.addAll(ofRoutes());
        return all;
    }

    private static Mistake target(String name, String part, String replacement, String... lines) {
        if (!TARGET.contains(part)) {
            throw new IllegalArgumentException("the target has no '" + part + "'");
        }
        return yaml(name, TARGET.replace(part, replacement), lines);
    }

    private static Mistake group(String name, String matches, String... lines) {
        return yaml(
                name,
                "{apiVersion: specs.smi-spec.io/v1alpha4, kind: HTTPRouteGroup, metadata: {name:"
                        + " carts, namespace: shop}, spec: {matches: ["
                        + matches
                        + "]}}\n",
                lines);
    }

    private static List<Mistake> ofTargets() {
        return List.of(
                target(
                        "a route that is not there",
                        "name: pages",
                        "name: ghost",
                        "‼ wrong.yaml: TrafficTarget shop/cart-calls: spec.rules[0]:"
                                + " HTTPRouteGroup 'ghost' does not exist in the namespace or"
                                + " is refused, so this matches nothing: create it, or remove"
                                + " this"),
                target(
                        "a match that its group does not have",
                        "name: pages",
                        "name: pages, matches: [write]",
                        "‼ wrong.yaml: TrafficTarget shop/cart-calls:"
                                + " spec.rules[0].matches: HTTPRouteGroup 'pages' has no match"
                                + " 'write', so this matches nothing: add it there, or remove"
                                + " it here"),
                target(
                        "an unknown kind of source",
                        "sources: [{kind: ServiceAccount",
                        "sources: [{kind: Robot",
                        "× wrong.yaml: TrafficTarget shop/cart-calls:"
                                + " spec.sources[0].kind: must be ServiceAccount or Group, is"
                                + " 'Robot'"),
                target(
                        "an unknown group of callers",
                        "sources: [{kind: ServiceAccount, name: web, namespace: shop}]",
                        "sources: [{kind: Group, name: everybody}]",
                        "× wrong.yaml: TrafficTarget shop/cart-calls:"
                                + " spec.sources[0].name: must be system:authenticated or"
                                + " system:unauthenticated for a Group, is 'everybody'"),
                target(
                        "a destination in another namespace",
                        "name: cart, namespace: shop",
                        "name: cart, namespace: books",
                        "× wrong.yaml: TrafficTarget shop/cart-calls:"
                                + " spec.destination.namespace: is 'books', but a TrafficTarget"
                                + " opens only its own namespace: move it to that namespace"),
                target(
                        "a destination without its name",
                        "name: cart, namespace: shop",
                        "namespace: shop",
                        "× wrong.yaml: TrafficTarget shop/cart-calls:"
                                + " spec.destination.name: is missing: add it"),
                target(
                        "no source",
                        "sources: [{kind: ServiceAccount, name: web, namespace: shop}]",
                        "sources: []",
                        "× wrong.yaml: TrafficTarget shop/cart-calls: spec.sources:"
                                + " must name at least one source: add who may call"),
                target(
                        "no rules",
                        "rules: [{kind: HTTPRouteGroup, name: pages}]",
                        "rules: []",
                        "× wrong.yaml: TrafficTarget shop/cart-calls: spec.rules:"
                                + " must name at least one route: add what may be called"),
                target(
                        "an unknown kind of rule",
                        "kind: HTTPRouteGroup",
                        "kind: GRPCRoute",
                        "× wrong.yaml: TrafficTarget shop/cart-calls:"
                                + " spec.rules[0].kind: must be HTTPRouteGroup, TCPRoute or"
                                + " UDPRoute, is 'GRPCRoute'"),
                target(
                        "text for an object",
                        "destination: {kind: ServiceAccount, name: cart, namespace: shop}",
                        "destination: cart",
                        "× wrong.yaml: TrafficTarget shop/cart-calls:"
                                + " spec.destination: must be an object with fields, is 'cart'"),
                target(
                        "a target without its spec",
                        "spec:",
                        "policy:",
                        "× wrong.yaml: TrafficTarget shop/cart-calls: spec: is missing: add it"));
    }

    private static List<Mistake> ofRoutes() {
        return List.of(
                group(
                        "a bad regular expression",
                        "{name: all, pathRegex: '/a(b'}",
                        "× wrong.yaml: HTTPRouteGroup shop/carts:"
                                + " spec.matches[0].pathRegex: must be an RE2 regular"
                                + " expression, is '/a(b' (missing closing )): see"
                                + " github.com/google/re2/wiki/Syntax"),
                group(
                        "an expression that Envoy lacks",
                        "{name: all, pathRegex: '/(?=a)b'}",
                        "× wrong.yaml: HTTPRouteGroup shop/carts:"
                                + " spec.matches[0].pathRegex: must be an RE2 regular"
                                + " expression, is '/(?=a)b' (invalid or unsupported Perl"
                                + " syntax): see github.com/google/re2/wiki/Syntax"),
                group(
                        "an expression too large",
                        "{name: all, pathRegex: '(a{100}){100}'}",
                        "× wrong.yaml: HTTPRouteGroup shop/carts:"
                                + " spec.matches[0].pathRegex: grows to more than 1500 steps"
                                + " when its repetitions are written out: use smaller counts"),
                group(
                        "two matches of one name",
                        "{name: all}, {name: all, methods: [GET]}",
                        "× wrong.yaml: HTTPRouteGroup shop/carts:"
                                + " spec.matches[1].name: 'all' is the name of an earlier"
                                + " match: give each its own"),
                group(
                        "a match without its name",
                        "{pathRegex: /}",
                        "× wrong.yaml: HTTPRouteGroup shop/carts:"
                                + " spec.matches[0].name: is missing: add it"),
                group(
                        "an unknown method",
                        "{name: all, methods: [FETCH]}",
                        "× wrong.yaml: HTTPRouteGroup shop/carts:"
                                + " spec.matches[0].methods: must be of * GET HEAD PUT POST"
                                + " DELETE CONNECT OPTIONS TRACE PATCH, one is 'FETCH'"),
                group(
                        "a misspelt condition",
                        "{name: all, pathregex: /}",
                        "× wrong.yaml: HTTPRouteGroup shop/carts: spec.matches[0]:"
                                + " has a field 'pathregex' that is not known: use name,"
                                + " pathRegex, methods or headers"),
                group(
                        "headers of the wrong type",
                        "{name: all, headers: [user-agent]}",
                        "× wrong.yaml: HTTPRouteGroup shop/carts:"
                                + " spec.matches[0].headers[0]: must be an object with fields,"
                                + " is 'user-agent'"),
                group(
                        "a header that cannot be one",
                        "{name: all, headers: {'user agent': .*}}",
                        "× wrong.yaml: HTTPRouteGroup shop/carts:"
                                + " spec.matches[0].headers: must have header names, one is"
                                + " 'user agent'"),
                group(
                        "a header twice",
                        "{name: all, headers: [{x-a: a}, {X-A: b}]}",
                        "× wrong.yaml: HTTPRouteGroup shop/carts:"
                                + " spec.matches[0].headers: gives 'X-A' twice: write one"
                                + " expression for both"),
                group(
                        "no match at all",
                        "",
                        "‼ wrong.yaml: HTTPRouteGroup shop/carts: spec.matches: is"
                                + " empty, so this group allows nothing: add a match to it"),
                yaml(
                        "a route to no port",
                        """
                        apiVersion: specs.smi-spec.io/v1alpha4
                        kind: TCPRoute
                        metadata: {name: any, namespace: shop}
                        spec: {matches: {ports: [0]}}
                        """,
                        "× wrong.yaml: TCPRoute shop/any: spec.matches.ports[0]: must"
                                + " be a whole number from 1 to 65535, is 0"));
    }
}
