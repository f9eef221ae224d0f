package io.peakmesh.smi.convert;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Copies of JSON objects with one field changed; what is below is shared. */
final class Trees {
    private Trees() {}

    /** The value as a JSON object, null where it is none. */
    static @Nullable Map<String, Object> object(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            return null;
        }
        @SuppressWarnings("unchecked") // the keys of a JSON object are texts
        Map<String, Object> object = (Map<String, Object>) map;
        return object;
    }

    static Map<String, Object> with(Map<String, Object> object, String name, Object value) {
        Map<String, Object> copy = new LinkedHashMap<>(object);
        copy.put(name, value);
        return copy;
    }

    static Map<String, Object> without(Map<String, Object> object, String name) {
        Map<String, Object> copy = new LinkedHashMap<>(object);
        copy.remove(name);
        return copy;
    }
}
