package io.peakmesh.cli.inject;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.peakmesh.cli.terminal.CliException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * One document of a file.
 *
 * @param text as it was written, without the line that begins it
 * @param object what it says, in the order that it says it; empty if it says nothing
 */
record Manifest(String text, Map<String, Object> object, boolean json) {
    private static final int MAX_CHARACTERS = 32 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern MARKER = Pattern.compile("(?m)^---(?=[ \\t\\r\\n]|\\z)[ \\t]*");

    /**
     * The documents of a file.
     *
     * @throws CliException if one cannot be read
     */
    static List<Manifest> read(String origin, String text) {
        if (text.stripLeading().startsWith("{")) {
            Optional<Manifest> whole = json(text);
            if (whole.isPresent()) {
                return List.of(whole.get());
            }
        }
        List<Manifest> out = new ArrayList<>();
        int start = 0;
        Matcher marker = MARKER.matcher(text);
        while (marker.find()) {
            out.add(yaml(origin, text.substring(start, marker.start())));
            start = marker.end();
        }
        out.add(yaml(origin, text.substring(start)));
        out.removeIf(document -> document.text.isBlank());
        return out;
    }

    private static Optional<Manifest> json(String text) {
        try {
            return Optional.of(
                    new Manifest(
                            text,
                            JSON.readValue(
                                    text, new TypeReference<LinkedHashMap<String, Object>>() {}),
                            true));
        } catch (JsonProcessingException yamlPerhaps) {
            return Optional.empty();
        }
    }

    private static Manifest yaml(String origin, String text) {
        LoadSettings settings =
                LoadSettings.builder()
                        .setSchema(new KubectlSchema())
                        .setCodePointLimit(MAX_CHARACTERS)
                        .setLabel(origin)
                        .build();
        @Nullable Object value;
        try {
            value = new Load(settings).loadFromString(text);
        } catch (YamlEngineException | NumberFormatException bad) {
            throw new CliException(origin + " is no YAML that can be read: " + firstLine(bad), bad);
        }
        if (value != null && !(value instanceof Map)) {
            throw new CliException(origin + " has a document that is no Kubernetes object");
        }
        Map<String, Object> object = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, item) -> object.put(String.valueOf(key), named(origin, item)));
        }
        return new Manifest(text.startsWith("\n") ? text.substring(1) : text, object, false);
    }

    /** A value whose objects have texts as names. */
    @SuppressWarnings("NullAway") // a value may be null
    private static Object named(String origin, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> out = new LinkedHashMap<>();
            map.forEach((key, item) -> {
                if ("<<".equals(key)) {
                    throw new CliException(
                            origin + " has a merge key ('<<'): write out what it merges");
                }
                out.put(String.valueOf(key), named(origin, item));
            });
            return out;
        }
        if (value instanceof List<?> list) {
            List<Object> out = new ArrayList<>();
            list.forEach(item -> out.add(named(origin, item)));
            return out;
        }
        return value;
    }

    private static String firstLine(Exception bad) {
        return String.valueOf(bad.getMessage()).strip().replaceAll("\\s*\\R\\s*", ", ");
    }

    /** The same document with another content, which keeps the order but no comments. */
    Manifest with(Map<String, Object> changed) {
        return new Manifest("", changed, json);
    }

    /** As text for one document among others, or for the only one. */
    String print(boolean alone) {
        if (!text.isEmpty() && !(json && !alone)) {
            return text.endsWith("\n") ? text : text + "\n";
        }
        if (json && alone) {
            try {
                return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(object) + "\n";
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("cannot be written as JSON", e);
            }
        }
        DumpSettings settings =
                DumpSettings.builder()
                        .setSchema(new KubectlSchema())
                        .setDefaultFlowStyle(FlowStyle.BLOCK)
                        .setDereferenceAliases(true)
                        .setSplitLines(false)
                        .build();
        return new Dump(settings).dumpToString(object);
    }
}
