package io.peakmesh.xds.translator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** A YAML mapping whose absent parts read as empty. */
record Yaml(Map<?, ?> map) {
    static Yaml of(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Yaml parse(String text) {
        return mapping(new Load(LoadSettings.builder().build()).loadFromString(text));
    }

    private static Yaml mapping(@Nullable Object value) {
        return new Yaml(value instanceof Map<?, ?> map ? map : Map.of());
    }

    Yaml at(String key) {
        return mapping(map.get(key));
    }

    String text(String key, String otherwise) {
        Object value = map.get(key);
        return value == null ? otherwise : value.toString();
    }

    int number(String key, int otherwise) {
        return Integer.parseInt(text(key, Integer.toString(otherwise)));
    }

    List<String> texts(String key) {
        List<String> out = new ArrayList<>();
        if (map.get(key) instanceof List<?> list) {
            list.forEach(item -> out.add(String.valueOf(item)));
        }
        return out;
    }

    List<Yaml> list(String key) {
        return list(map.get(key));
    }

    Map<String, Yaml> entries(String key) {
        Map<String, Yaml> out = new LinkedHashMap<>();
        at(key).map.forEach((k, v) -> out.put(String.valueOf(k), mapping(v)));
        return out;
    }

    /** This mapping's own values, each a list of mappings. */
    Map<String, List<Yaml>> lists() {
        Map<String, List<Yaml>> out = new LinkedHashMap<>();
        map.forEach((k, v) -> out.put(String.valueOf(k), list(v)));
        return out;
    }

    private static List<Yaml> list(@Nullable Object value) {
        List<Yaml> out = new ArrayList<>();
        if (value instanceof List<?> list) {
            list.forEach(item -> out.add(mapping(item)));
        }
        return out;
    }
}
