package io.peakmesh.smi.convert;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What conversion may change of an object. Maps are shared between shapes and never written to.
 *
 * @param fields all fields but apiVersion, kind and metadata
 * @param annotations all of them
 */
record Shape(Map<String, Object> fields, Map<String, String> annotations) {
    /** The API server's limit for all annotations of an object, in bytes of names and values. */
    static final int MAX_ANNOTATION_BYTES = 256 * 1024;

    Shape withFields(Map<String, Object> now) {
        return new Shape(now, annotations);
    }

    /** The field as it stands, null where there is none. */
    @Nullable Object field(String name) {
        return fields.get(name);
    }

    @Nullable String annotation(String name) {
        return annotations.get(name);
    }

    /** With this annotation, or without it where the text is null. */
    Shape withAnnotation(String name, @Nullable String text) {
        Map<String, String> now = new LinkedHashMap<>(annotations);
        if (text == null) {
            now.remove(name);
        } else {
            now.put(name, text);
        }
        return new Shape(fields, now);
    }

    /** Whether the API server would take as many annotations. */
    boolean fits() {
        long bytes = 0;
        for (Map.Entry<String, String> entry : annotations.entrySet()) {
            bytes += entry.getKey().getBytes(StandardCharsets.UTF_8).length;
            bytes += entry.getValue().getBytes(StandardCharsets.UTF_8).length;
        }
        return bytes <= MAX_ANNOTATION_BYTES;
    }
}
