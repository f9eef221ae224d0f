package io.peakmesh.injector.webhook;

import io.peakmesh.injector.webhook.AggregatedApi.Caller;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** All that is below {@code /apis}: discovery, and the aggregated APIs themselves. */
final class ApiEndpoint {
    /** An API and who may pass requests on to it. */
    record Entry(AggregatedApi api, FrontProxy frontProxy) {
        String groupVersion() {
            return api.group() + "/" + api.version();
        }
    }

    private final List<Entry> entries;

    /** The first version of a group is the preferred one. */
    ApiEndpoint(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    Reply answer(Call call) {
        List<String> path = segments(call.path());
        List<Entry> group =
                entries.stream()
                        .filter(e -> path.size() < 2 || e.api().group().equals(path.get(1)))
                        .toList();
        if (group.isEmpty()) {
            throw notFound();
        }
        if (path.size() < 3) {
            authenticate(call, group.getFirst());
            requireGet(call);
            return Reply.json(
                    200, path.size() == 1 ? groups() : withType("APIGroup", group(group)));
        }
        Entry entry =
                group.stream()
                        .filter(e -> e.api().version().equals(path.get(2)))
                        .findFirst()
                        .orElseThrow(ApiEndpoint::notFound);
        Caller caller = authenticate(call, entry);
        if (path.size() == 3) {
            requireGet(call);
            return Reply.json(200, resources(entry));
        }
        if (!call.method().equals("GET") && !call.method().equals("POST")) {
            throw new Refused(405, call.method() + " is not answered here");
        }
        AggregatedApi.Response response =
                entry.api()
                        .answer(
                                call.method(),
                                String.join("/", path.subList(3, path.size())),
                                query(call.query()),
                                caller);
        return Reply.json(response.status(), response.body());
    }

    /**
     * What the API server merges into its own OpenAPI documents. Nothing is described, but a 404
     * would make it log an error and ask again, for ever.
     */
    static Map<String, Object> openApi(String path) {
        return path.equals("/openapi/v2")
                ? Map.of(
                        "swagger", "2.0",
                        "info", Map.of("title", "Peakmesh", "version", "v1"),
                        "paths", Map.of())
                : Map.of("paths", Map.of());
    }

    private static Caller authenticate(Call call, Entry entry) {
        return FrontProxyCheck.caller(call, entry.frontProxy().current());
    }

    private static void requireGet(Call call) {
        if (!call.method().equals("GET")) {
            throw new Refused(405, call.method() + " is not answered here");
        }
    }

    private static Refused notFound() {
        return new Refused(404, "the server could not find the requested resource");
    }

    private Map<String, Object> groups() {
        LinkedHashSet<String> names =
                entries.stream()
                        .map(e -> e.api().group())
                        .collect(Collectors.toCollection(LinkedHashSet::new));
        List<Object> groups = new ArrayList<>();
        for (String name : names) {
            groups.add(group(entries.stream().filter(e -> e.api().group().equals(name)).toList()));
        }
        return withType("APIGroupList", Map.of("groups", groups));
    }

    private static Map<String, Object> group(List<Entry> versions) {
        List<Map<String, String>> listed =
                versions.stream()
                        .map(e ->
                                Map.of(
                                        "groupVersion",
                                        e.groupVersion(),
                                        "version",
                                        e.api().version()))
                        .toList();
        Map<String, Object> group = new LinkedHashMap<>();
        group.put("name", versions.getFirst().api().group());
        group.put("versions", listed);
        group.put("preferredVersion", listed.getFirst());
        return group;
    }

    private static Map<String, Object> resources(Entry entry) {
        List<Object> resources = new ArrayList<>();
        for (AggregatedApi.Resource resource : entry.api().resources()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", resource.name());
            one.put("singularName", "");
            one.put("namespaced", resource.namespaced());
            one.put("kind", resource.kind());
            one.put("verbs", resource.verbs());
            resources.add(one);
        }
        Map<String, Object> list = new LinkedHashMap<>();
        list.put("groupVersion", entry.groupVersion());
        list.put("resources", resources);
        return withType("APIResourceList", list);
    }

    private static Map<String, Object> withType(String kind, Map<String, Object> rest) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("kind", kind);
        object.put("apiVersion", "v1");
        object.putAll(rest);
        return object;
    }

    /** Begins with "apis". A slash at the end counts for nothing. */
    private static List<String> segments(String path) {
        String bare = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        List<String> segments =
                Arrays.stream(bare.substring(1).split("/", -1))
                        .map(segment -> decoded(segment.replace("+", "%2B")))
                        .toList();
        if (segments.stream()
                .anyMatch(s -> s.isEmpty() || s.equals(".") || s.equals("..") || s.contains("/"))) {
            throw new Refused(400, "malformed path");
        }
        return segments;
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> query = new TreeMap<>();
        for (String pair : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            if (!name.isEmpty()) {
                query.putIfAbsent(name, equals < 0 ? "" : decoded(pair.substring(equals + 1)));
            }
        }
        return query;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw new Refused(400, "malformed percent-encoding");
        }
    }
}
