package io.peakmesh.smi.smi;

import io.peakmesh.model.HttpMatch;
import io.peakmesh.model.Ports;
import io.peakmesh.smi.object.Fields;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Reads HTTPRouteGroup, TCPRoute and UDPRoute. An unknown field in a match or a route is refused: a
 * misspelt {@code pathRegex} or {@code ports} would else let everything through.
 *
 * <p>Limits: {@value #MAX_MATCHES} matches a group, {@value #MAX_HEADERS} headers a match, {@value
 * #MAX_PORTS} ports a route.
 */
final class RouteReader {
    static final int MAX_MATCHES = 1_000;
    static final int MAX_HEADERS = 100;
    static final int MAX_PORTS = 1_000;
    private static final List<String> METHODS =
            List.of(
                    "*", "GET", "HEAD", "PUT", "POST", "DELETE", "CONNECT", "OPTIONS", "TRACE",
                    "PATCH");
    private static final Pattern HEADER = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");

    private RouteReader() {}

    /** Matches stand under {@code spec} since v1alpha3 and at the top before; both are read. */
    private static Fields placeOfMatches(Fields root) {
        root.refuseOthersThan(List.of("spec", "matches", "status"));
        Fields spec = root.object("spec");
        spec.refuseOthersThan(List.of("matches"));
        boolean top = root.has("matches");
        if (top && spec.has("matches")) {
            root.error("matches", "stands beside spec.matches: keep only spec.matches");
        }
        return top ? root : spec;
    }

    static Parsed.Group group(Fields root) {
        List<Fields> items = placeOfMatches(root).list("matches", MAX_MATCHES);
        if (items.isEmpty() && !root.failed()) {
            root.warning(
                    "spec.matches", "is empty, so this group allows nothing: add a match to it");
        }
        Set<String> names = new HashSet<>();
        List<HttpMatch> matches = new ArrayList<>();
        for (Fields item : items) {
            HttpMatch match = match(item);
            if (!match.name().isEmpty() && !names.add(match.name())) {
                item.error(
                        "name",
                        Fields.quote(match.name())
                                + " is the name of an earlier match: give each its own");
            }
            matches.add(match);
        }
        return new Parsed.Group(matches);
    }

    private static HttpMatch match(Fields item) {
        item.refuseOthersThan(List.of("name", "pathRegex", "methods", "headers"));
        String path = item.string("pathRegex", "");
        RegexBound.problem(path).ifPresent(problem -> item.error("pathRegex", problem));
        return new HttpMatch(item.string("name"), path, methods(item), headers(item));
    }

    private static SortedSet<String> methods(Fields item) {
        List<String> given = item.strings("methods", METHODS.size());
        for (String method : given) {
            if (!METHODS.contains(method)) {
                item.error(
                        "methods",
                        "must be of "
                                + String.join(" ", METHODS)
                                + ", one is "
                                + Fields.quote(method));
            }
        }
        return given.contains("*") ? new TreeSet<>() : new TreeSet<>(given);
    }

    /** A map, as the specification's prose has it, or a list of maps, as its CRD has it. */
    private static SortedMap<String, String> headers(Fields item) {
        SortedMap<String, String> headers = new TreeMap<>();
        if (item.raw("headers").filter(Map.class::isInstance).isPresent()) {
            addHeaders(item.object("headers"), item, headers);
        } else {
            for (Fields entry : item.list("headers", MAX_HEADERS)) {
                addHeaders(entry, item, headers);
            }
        }
        if (headers.size() > MAX_HEADERS) {
            item.error(
                    "headers",
                    "has " + headers.size() + " entries: at most " + MAX_HEADERS + " are taken");
        }
        return headers;
    }

    private static void addHeaders(Fields map, Fields item, SortedMap<String, String> headers) {
        for (String name : map.names()) {
            String regex = map.string(name, "");
            RegexBound.problem(regex).ifPresent(problem -> map.error(name, problem));
            if (!HEADER.matcher(name).matches()) {
                item.error("headers", "must have header names, one is " + Fields.quote(name));
            } else if (headers.putIfAbsent(name.toLowerCase(Locale.ROOT), regex) != null) {
                item.error(
                        "headers",
                        "gives " + Fields.quote(name) + " twice: write one expression for both");
            }
        }
    }

    /** {@code spec.matches.ports}, since v1alpha4; without it a route means every port. */
    static Parsed.PortRoute ports(Fields root) {
        Fields matches = placeOfMatches(root).object("matches");
        matches.refuseOthersThan(List.of("name", "ports"));
        List<Integer> ports = matches.integers("ports", MAX_PORTS, 1, 65535);
        return new Parsed.PortRoute(matches.string("name", ""), new Ports(new TreeSet<>(ports)));
    }
}
