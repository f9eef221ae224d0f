package io.peakmesh.injector.patch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a pod had where injection changed it, as the text of the annotation {@code
 * peakmesh.io/original}. What injection adds is known by its name and is not in it.
 */
final class Original {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ANNOTATIONS = "annotations";
    private static final String PROBES = "probes";
    private static final String ENV = "env";
    private static final String EMPTY = "empty";

    private final Map<String, Object> content;

    private Original(Map<String, Object> content) {
        this.content = content;
    }

    Original() {
        this(new TreeMap<>());
    }

    /** Of an injected pod; empty where there is none or nobody can read it. */
    static Original of(Map<String, Object> annotations) {
        String text = Tree.text(annotations, Names.ORIGINAL);
        if (text.isEmpty()) {
            return new Original();
        }
        try {
            return new Original(Tree.map(JSON.readValue(text, Object.class)));
        } catch (JsonProcessingException somebodyEditedIt) {
            return new Original();
        }
    }

    /** Empty if injection only added. */
    String text() {
        try {
            return content.isEmpty() ? "" : JSON.writeValueAsString(content);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot be written as JSON", e);
        }
    }

    void annotation(String name, @Nullable Object value) {
        Tree.childMap(content, ANNOTATIONS).put(name, value);
    }

    /** Notes one that injection adds only at times. */
    void addedAnnotation(String name) {
        annotation(name, null);
    }

    /** By name; null for one that was absent. */
    Map<String, Object> annotations() {
        return Tree.map(content, ANNOTATIONS);
    }

    /** Notes what a probe asked, without its times and thresholds. */
    void probe(String container, String probe, Map<String, Object> handler) {
        Tree.childMap(Tree.childMap(content, PROBES), container).put(probe, handler);
    }

    /** Handlers by the probe's name. */
    Map<String, Object> probes(String container) {
        return Tree.map(Tree.map(content, PROBES), container);
    }

    void environment(String container, String variable) {
        Tree.childList(Tree.childMap(content, ENV), container).add(variable);
    }

    /** Names of variables that were added. */
    List<?> environment(String container) {
        return Tree.map(content, ENV).get(container) instanceof List<?> list ? list : List.of();
    }

    /** Notes a list or map that was there but empty, or null, which an absent one is not. */
    void noteEmpty(String place, Map<String, Object> parent, String key) {
        if (!parent.containsKey(key)) {
            return;
        }
        @Nullable Object value = parent.get(key);
        Map<String, Object> empty = Tree.childMap(content, EMPTY);
        switch (value) {
            case null -> empty.put(place, null);
            // copies, as these are about to be filled
            case Map<?, ?> map when map.isEmpty() -> empty.put(place, Map.of());
            case List<?> list when list.isEmpty() -> empty.put(place, List.of());
            default -> {}
        }
        if (empty.isEmpty()) {
            content.remove(EMPTY);
        }
    }

    /** Puts a list or map that has become empty back as it was: absent, empty or null. */
    void settle(String place, Map<String, Object> parent, String key) {
        @Nullable Object value = parent.get(key);
        boolean empty =
                (value instanceof Map<?, ?> map && map.isEmpty())
                        || (value instanceof List<?> list && list.isEmpty());
        if (empty) {
            Map<String, Object> were = Tree.map(content, EMPTY);
            if (were.containsKey(place)) {
                parent.put(key, were.get(place));
            } else {
                parent.remove(key);
            }
        }
    }
}
