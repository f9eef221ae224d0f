package io.peakmesh.peakewma;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a JSON object strictly: every key must have been asked for when it is closed. */
final class Fields implements AutoCloseable {
    private final JsonNode object;
    private final Set<String> left = new HashSet<>();

    Fields(JsonNode object) {
        if (!object.isObject()) {
            throw new IllegalArgumentException("not an object: " + object);
        }
        this.object = object;
        object.fieldNames().forEachRemaining(left::add);
    }

    @Nullable JsonNode optional(String key) {
        left.remove(key);
        return object.get(key);
    }

    JsonNode required(String key) {
        JsonNode value = optional(key);
        if (value == null) {
            throw new IllegalArgumentException("no " + key + " in " + object);
        }
        return value;
    }

    long whole(String key) {
        JsonNode value = required(key);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new IllegalArgumentException(key + " is no whole number in " + object);
        }
        return value.longValue();
    }

    long whole(String key, long absent) {
        return object.has(key) ? whole(key) : absent;
    }

    String text(String key) {
        JsonNode value = required(key);
        if (!value.isTextual()) {
            throw new IllegalArgumentException(key + " is no text in " + object);
        }
        return value.textValue();
    }

    String text(String key, String absent) {
        return object.has(key) ? text(key) : absent;
    }

    boolean truth(String key, boolean absent) {
        if (!object.has(key)) {
            return absent;
        }
        JsonNode value = required(key);
        if (!value.isBoolean()) {
            throw new IllegalArgumentException(key + " is not true or false in " + object);
        }
        return value.booleanValue();
    }

    @Override
    public void close() {
        if (!left.isEmpty()) {
            throw new IllegalArgumentException("unknown keys " + left + " in " + object);
        }
    }
}
