package io.peakmesh.cli.inject;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Where an object has its pod, or the template of its pods. */
final class Workload {
    private static final List<String> IN_TEMPLATE = List.of("spec", "template");
    private static final Map<String, List<String>> PLACES =
            Map.of(
                    "Pod", List.of(),
                    "Deployment", IN_TEMPLATE,
                    "StatefulSet", IN_TEMPLATE,
                    "DaemonSet", IN_TEMPLATE,
                    "ReplicaSet", IN_TEMPLATE,
                    "ReplicationController", IN_TEMPLATE,
                    "Job", IN_TEMPLATE,
                    "CronJob", List.of("spec", "jobTemplate", "spec", "template"));

    private Workload() {}

    /** The pod, or its template; empty for an object that has none. */
    static Optional<Map<String, Object>> pod(Map<String, Object> object) {
        List<String> place = PLACES.get(text(object, "kind"));
        if (place == null) {
            return Optional.empty();
        }
        Map<String, Object> at = object;
        for (String step : place) {
            at = map(at, step);
        }
        return at.containsKey("spec") ? Optional.of(at) : Optional.empty();
    }

    /** What stands before the pod's own fields, as in {@code spec.template.}; empty for a pod. */
    static String place(Map<String, Object> object) {
        List<String> place = PLACES.getOrDefault(text(object, "kind"), List.of());
        return place.isEmpty() ? "" : String.join(".", place) + ".";
    }

    /** The object with another pod. */
    static Map<String, Object> with(Map<String, Object> object, Map<String, Object> pod) {
        return with(object, PLACES.getOrDefault(text(object, "kind"), List.of()), pod);
    }

    private static Map<String, Object> with(
            Map<String, Object> object, List<String> place, Map<String, Object> pod) {
        if (place.isEmpty()) {
            return pod;
        }
        Map<String, Object> out = new LinkedHashMap<>(object);
        String step = place.getFirst();
        out.put(step, with(map(object, step), place.subList(1, place.size()), pod));
        return out;
    }

    /** Each object that a document holds: itself, or the items of a list. */
    static List<Map<String, Object>> objects(Map<String, Object> document) {
        if (!isList(document)) {
            return List.of(document);
        }
        List<Map<String, Object>> out = new ArrayList<>();
        ((List<?>) items(document)).forEach(item -> out.addAll(objects(asMap(item))));
        return out;
    }

    /** The document with each of its objects changed. */
    static Map<String, Object> each(
            Map<String, Object> document, UnaryOperator<Map<String, Object>> change) {
        if (!isList(document)) {
            return change.apply(document);
        }
        List<Object> changed = new ArrayList<>();
        items(document).forEach(item -> changed.add(each(asMap(item), change)));
        Map<String, Object> out = new LinkedHashMap<>(document);
        out.put("items", changed);
        return out;
    }

    private static boolean isList(Map<String, Object> document) {
        return text(document, "kind").endsWith("List") && document.get("items") instanceof List;
    }

    private static List<?> items(Map<String, Object> document) {
        return document.get("items") instanceof List<?> list ? list : List.of();
    }

    /** As Linkerd and kubectl name it: {@code deployment "web"}. */
    static String title(Map<String, Object> object) {
        Map<String, Object> metadata = map(object, "metadata");
        String name = text(metadata, "name");
        return text(object, "kind").toLowerCase(Locale.ROOT)
                + " \""
                + (name.isEmpty() ? text(metadata, "generateName") : name)
                + '"';
    }

    static Map<String, Object> map(Map<String, Object> parent, String key) {
        return asMap(parent.get(key));
    }

    @SuppressWarnings("unchecked") // names of fields are texts: Manifest sees to it
    private static Map<String, Object> asMap(@org.jspecify.annotations.Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    static String text(Map<String, Object> parent, String key) {
        return parent.get(key) instanceof String text ? text : "";
    }
}
