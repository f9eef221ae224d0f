package io.peakmesh.injector.patch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An object of Kubernetes as nested maps and lists; what is absent or of another type is empty. */
final class Tree {
    private Tree() {}

    @SuppressWarnings("unchecked") // keys of JSON objects are text
    static Map<String, Object> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    static Map<String, Object> map(Map<String, Object> parent, String key) {
        return map(parent.get(key));
    }

    static List<Map<String, Object>> maps(Map<String, Object> parent, String key) {
        List<Map<String, Object>> out = new ArrayList<>();
        if (parent.get(key) instanceof List<?> list) {
            list.forEach(item -> out.add(map(item)));
        }
        return out;
    }

    /** Text, or what a scalar is written as; empty where there is none. */
    static String text(Map<String, Object> parent, String key) {
        Object value = parent.get(key);
        return value == null || value instanceof Map || value instanceof List
                ? ""
                : value.toString();
    }

    static Map<String, Object> copy(Map<String, Object> map) {
        Map<String, Object> out = new LinkedHashMap<>();
        map.forEach((key, value) -> out.put(key, copyOf(value)));
        return out;
    }

    private static Object copyOf(Object value) {
        if (value instanceof Map) {
            return copy(map(value));
        }
        if (value instanceof List<?> list) {
            List<Object> out = new ArrayList<>();
            list.forEach(item -> out.add(copyOf(item)));
            return out;
        }
        return value;
    }

    /** The map at a key of a copy, made where there is none. */
    static Map<String, Object> childMap(Map<String, Object> parent, String key) {
        if (parent.get(key) instanceof Map) {
            return map(parent, key);
        }
        Map<String, Object> child = new LinkedHashMap<>();
        parent.put(key, child);
        return child;
    }

    /** The list at a key of a copy, made where there is none. */
    @SuppressWarnings("unchecked") // a copy's lists hold objects
    static List<Object> childList(Map<String, Object> parent, String key) {
        if (parent.get(key) instanceof List<?> list) {
            return (List<Object>) list;
        }
        List<Object> child = new ArrayList<>();
        parent.put(key, child);
        return child;
    }

    /** A map in the order written: key, value, key, value. */
    static Map<String, Object> of(Object... entries) {
        Map<String, Object> out = new LinkedHashMap<>();
        for (int i = 0; i < entries.length; i += 2) {
            out.put((String) entries[i], entries[i + 1]);
        }
        return out;
    }
}
