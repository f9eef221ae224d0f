package io.peakmesh.injector.patch;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** JSON patches (RFC 6902) of nested maps and lists, with add, remove and replace. */
public final class JsonPatch {
    private final List<Map<String, Object>> operations = new ArrayList<>();

    private JsonPatch() {}

    /**
     * What turns one object into the other. Lists of things with names, such as containers, are
     * patched thing by thing, others as a whole.
     */
    static List<Map<String, Object>> between(
            Map<String, Object> before, Map<String, Object> after) {
        JsonPatch patch = new JsonPatch();
        patch.maps("", before, after);
        return patch.operations;
    }

    /**
     * The object with a patch applied to it; the object itself is left as it is.
     *
     * @throws IllegalArgumentException if a path leads nowhere
     */
    public static Map<String, Object> apply(
            List<Map<String, Object>> patch, Map<String, Object> object) {
        Map<String, Object> out = Tree.copy(object);
        for (Map<String, Object> operation : patch) {
            String path = Tree.text(operation, "path");
            String[] steps = path.split("/", -1);
            Object parent = out;
            for (int i = 1; i < steps.length - 1; i++) {
                parent = child(parent, unescaped(steps[i]), path);
            }
            change(parent, unescaped(steps[steps.length - 1]), operation);
        }
        return out;
    }

    private static Object child(Object parent, String step, String path) {
        Object child =
                parent instanceof List<?> list
                        ? list.get(Integer.parseInt(step))
                        : Tree.map(parent).get(step);
        if (child == null) {
            throw new IllegalArgumentException("the patch has a path that leads nowhere: " + path);
        }
        return child;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // a JSON value may be null
    private static void change(Object parent, String key, Map<String, Object> operation) {
        Object value = operation.get("value");
        if (value instanceof Map || value instanceof List) {
            value = Tree.copy(Tree.of("value", value)).get("value");
        }
        String op = Tree.text(operation, "op");
        if (parent instanceof List<?> list) {
            List<Object> items = (List<Object>) list;
            int index = key.equals("-") ? items.size() : Integer.parseInt(key);
            switch (op) {
                case "add" -> items.add(index, value);
                case "remove" -> items.remove(index);
                case "replace" -> items.set(index, value);
                default -> throw new IllegalArgumentException("no operation of ours: " + op);
            }
        } else {
            Map<String, Object> map = (Map<String, Object>) parent;
            switch (op) {
                case "add", "replace" -> map.put(key, value);
                case "remove" -> map.remove(key);
                default -> throw new IllegalArgumentException("no operation of ours: " + op);
            }
        }
    }

    private void maps(String path, Map<String, Object> before, Map<String, Object> after) {
        for (String key : before.keySet()) {
            if (!after.containsKey(key)) {
                operations.add(Tree.of("op", "remove", "path", path + "/" + escaped(key)));
            }
        }
        after.forEach((key, value) -> {
            String here = path + "/" + escaped(key);
            if (before.containsKey(key)) {
                values(here, before.get(key), value);
            } else {
                operations.add(Tree.of("op", "add", "path", here, "value", value));
            }
        });
    }

    @SuppressWarnings("NullAway") // a JSON value may be null
    private void values(String path, Object before, Object after) {
        if (Objects.equals(before, after)) {
            return;
        }
        if (before instanceof Map && after instanceof Map) {
            maps(path, Tree.map(before), Tree.map(after));
        } else if (before instanceof List<?> old
                && after instanceof List<?> fresh
                && insertedOnly(old, fresh)) {
            lists(path, old, fresh);
        } else {
            operations.add(Tree.of("op", "replace", "path", path, "value", after));
        }
    }

    /** Whether the old names stand in the new list in their order, each name once. */
    private static boolean insertedOnly(List<?> before, List<?> after) {
        Set<String> names = new HashSet<>();
        int found = 0;
        for (Object item : after) {
            if (!(item instanceof Map) || !names.add(name(item))) {
                return false;
            }
            if (found < before.size() && name(before.get(found)).equals(name(item))) {
                found++;
            }
        }
        return found == before.size() && before.stream().allMatch(Map.class::isInstance);
    }

    private void lists(String path, List<?> before, List<?> after) {
        int next = 0;
        for (int i = 0; i < after.size(); i++) {
            Object item = after.get(i);
            String here = path + "/" + i;
            if (next < before.size() && name(before.get(next)).equals(name(item))) {
                values(here, before.get(next), item);
                next++;
            } else {
                operations.add(Tree.of("op", "add", "path", here, "value", item));
            }
        }
    }

    private static String name(Object item) {
        return Tree.text(Tree.map(item), "name");
    }

    private static String escaped(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }

    private static String unescaped(String step) {
        return step.replace("~1", "/").replace("~0", "~");
    }
}
