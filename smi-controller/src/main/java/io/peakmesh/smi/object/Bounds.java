package io.peakmesh.smi.object;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How much one object may grow. The walk keeps its own stack and stops at the limit, so neither a
 * deep tree, nor one that shares or contains itself through YAML aliases, can exhaust it.
 */
final class Bounds {
    private record Level(Collection<?> values, int depth) {}

    private Bounds() {}

    /** What is too much about the tree, or empty text. */
    static String exceeded(Map<?, ?> root) {
        Deque<Level> open = new ArrayDeque<>();
        open.push(new Level(root.values(), 1));
        int nodes = 0;
        while (!open.isEmpty()) {
            Level level = open.pop();
            if (level.depth > Fields.MAX_DEPTH) {
                return "is nested deeper than " + Fields.MAX_DEPTH + " levels: make it flatter";
            }
            nodes += level.values.size();
            if (nodes > Fields.MAX_NODES) {
                return "holds more than " + Fields.MAX_NODES + " values: make it smaller";
            }
            for (Object value : level.values) {
                descend(value, level.depth, open);
            }
        }
        return "";
    }

    private static void descend(@Nullable Object value, int depth, Deque<Level> open) {
        if (value instanceof Map<?, ?> map) {
            open.push(new Level(map.values(), depth + 1));
        } else if (value instanceof Collection<?> list) {
            open.push(new Level(list, depth + 1));
        }
    }
}
