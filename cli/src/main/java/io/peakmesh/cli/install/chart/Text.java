package io.peakmesh.cli.install.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Values as text, keys sorted, as Helm's functions of the same names write them. */
final class Text {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What every YAML reader takes for a text, be it of YAML 1.1 or 1.2. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9._/-]*");

    private static final Pattern QUANTITY = Pattern.compile("[0-9]+(m|k|M|G|T|Ki|Mi|Gi|Ti)");
    private static final Set<String> WORDS =
            Set.of("y", "n", "yes", "no", "on", "off", "true", "false", "null");

    private Text() {}

    static String yaml(JsonNode value) {
        StringBuilder out = new StringBuilder();
        yaml(value, "", out);
        return out.toString().strip();
    }

    private static void yaml(JsonNode value, String margin, StringBuilder out) {
        if (!value.isContainerNode() || value.isEmpty()) {
            out.append(value.isTextual() ? scalar(value.asText()) : value.toString()).append('\n');
        } else if (value.isArray()) {
            for (JsonNode element : value) {
                StringBuilder inner = new StringBuilder();
                yaml(element, margin + "  ", inner);
                out.append(margin).append("- ").append(inner.toString().stripLeading());
            }
        } else {
            sorted(value)
                    .forEach((key, child) -> {
                        out.append(margin).append(scalar(key)).append(':');
                        if (child.isContainerNode() && !child.isEmpty()) {
                            out.append('\n');
                            yaml(child, child.isArray() ? margin : margin + "  ", out);
                        } else {
                            out.append(' ');
                            yaml(child, "", out);
                        }
                    });
        }
    }

    private static String scalar(String text) {
        boolean plain =
                (PLAIN.matcher(text).matches() || QUANTITY.matcher(text).matches())
                        && !WORDS.contains(text.toLowerCase(Locale.ROOT));
        return plain ? text : quoted(text);
    }

    /** JSON without white space; three signs of HTML are escaped, as Go does. */
    static String json(JsonNode value) {
        try {
            return JSON.writeValueAsString(order(value))
                    .replace("&", "\\u0026")
                    .replace("<", "\\u003c")
                    .replace(">", "\\u003e");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always written", e);
        }
    }

    private static JsonNode order(JsonNode value) {
        if (value.isArray()) {
            var list = JSON.createArrayNode();
            value.forEach(element -> list.add(order(element)));
            return list;
        }
        if (value.isObject()) {
            var map = JSON.createObjectNode();
            sorted(value).forEach((key, child) -> map.set(key, order(child)));
            return map;
        }
        return value;
    }

    private static Map<String, JsonNode> sorted(JsonNode map) {
        Map<String, JsonNode> sorted = new TreeMap<>();
        map.properties().forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return sorted;
    }

    static String quoted(String text) {
        try {
            return JSON.writeValueAsString(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a text is always written", e);
        }
    }

    static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has it", e);
        }
    }
}
