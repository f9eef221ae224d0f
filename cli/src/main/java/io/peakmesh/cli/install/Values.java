package io.peakmesh.cli.install;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.peakmesh.cli.terminal.CliException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Trees of values laid over each other, and what {@code --set} says, both as with Helm. */
final class Values {
    private static final Pattern WHOLE = Pattern.compile("0|-?[1-9][0-9]{0,17}");

    private Values() {}

    /** Both trees: maps are merged, all else is replaced, and {@code null} takes a key away. */
    static ObjectNode merged(ObjectNode below, JsonNode above) {
        ObjectNode all = below.deepCopy();
        above.properties()
                .forEach(entry -> {
                    JsonNode value = entry.getValue();
                    JsonNode before = all.path(entry.getKey());
                    if (value.isNull()) {
                        all.remove(entry.getKey());
                    } else if (before.isObject() && value.isObject()) {
                        all.set(entry.getKey(), merged((ObjectNode) before, value));
                    } else {
                        all.set(entry.getKey(), value.deepCopy());
                    }
                });
        return all;
    }

    /**
     * Lays {@code a.b=c,d=e} over a tree. A backslash takes its meaning from a dot, a comma or an
     * equals sign; {@code {a,b}} is a list.
     *
     * @param typed whether numbers, {@code true}, {@code false} and {@code null} are more than
     *     texts
     * @throws CliException if it is none of this form
     */
    static ObjectNode set(ObjectNode below, String settings, boolean typed) {
        ObjectNode all = below;
        for (String setting : parts(settings, ',')) {
            List<String> sides = parts(setting, '=');
            if (sides.size() < 2 || sides.getFirst().isBlank()) {
                throw new CliException("'" + setting + "' is not of the form key=value");
            }
            String text = setting.substring(sides.getFirst().length() + 1);
            JsonNode value = value(text, typed);
            List<String> path = parts(sides.getFirst(), '.');
            for (String key : path.reversed()) {
                if (key.isEmpty() || key.endsWith("]")) {
                    throw new CliException(
                            "'" + setting + "': lists are set whole, as in key={a,b}");
                }
                ObjectNode around = new ObjectMapper().createObjectNode();
                around.set(plain(key), value);
                value = around;
            }
            all = merged(all, value);
        }
        return all;
    }

    private static JsonNode value(String text, boolean typed) {
        if (text.startsWith("{") && text.endsWith("}")) {
            ArrayNode list = new ObjectMapper().createArrayNode();
            String inside = text.substring(1, text.length() - 1);
            if (!inside.isEmpty()) {
                parts(inside, ',').forEach(element -> list.add(value(element, typed)));
            }
            return list;
        }
        if (typed && WHOLE.matcher(text).matches()) {
            return LongNode.valueOf(Long.parseLong(text));
        }
        if (typed && (text.equals("true") || text.equals("false"))) {
            return BooleanNode.valueOf(text.equals("true"));
        }
        return typed && text.equals("null")
                ? NullNode.getInstance()
                : TextNode.valueOf(plain(text));
    }

    /** Splits at a sign that stands neither in braces nor after a backslash. */
    private static List<String> parts(String text, char sign) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                part.append(c).append(text.charAt(++i));
                continue;
            }
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (c == sign && depth == 0) {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add(part.toString());
        return parts;
    }

    private static String plain(String text) {
        return text.replaceAll("\\\\(.)", "$1");
    }
}
