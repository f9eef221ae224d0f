package io.peakmesh.cli.install.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Renders templates. A name that is not there is an error, not an empty text as it is with Helm.
 */
final class TemplateRun {
    private final Map<String, List<Piece>> named = new HashMap<>();

    /** The text of a template; what it defines is known from then on. */
    String render(String template, JsonNode dot) {
        StringBuilder out = new StringBuilder();
        render(TemplateParser.parse(template), dot, out);
        return out.toString();
    }

    private void render(List<Piece> pieces, JsonNode dot, StringBuilder out) {
        for (Piece piece : pieces) {
            switch (piece) {
                case Piece.Text text -> out.append(text.text());
                case Piece.Print print -> out.append(printed(value(print.what(), dot)));
                case Piece.Choice choice ->
                        render(
                                truth(value(choice.condition(), dot))
                                        ? choice.then()
                                        : choice.otherwise(),
                                dot,
                                out);
                case Piece.Each each -> {
                    JsonNode list = value(each.list(), dot);
                    if (!list.isArray()) {
                        throw new TemplateException("range over what is no list: " + list);
                    }
                    list.forEach(element -> render(each.body(), element, out));
                }
                case Piece.Named definition -> named.put(definition.name(), definition.body());
            }
        }
    }

    private JsonNode value(Expression expression, JsonNode dot) {
        return switch (expression) {
            case Expression.Literal literal -> literal.value();
            case Expression.Field field -> field(field.path(), dot);
            case Expression.Call call -> {
                List<JsonNode> arguments = new ArrayList<>();
                call.arguments().forEach(argument -> arguments.add(value(argument, dot)));
                yield call(call.function(), arguments);
            }
        };
    }

    private static JsonNode field(List<String> path, JsonNode dot) {
        JsonNode at = dot;
        for (String name : path) {
            at = at.path(name);
            if (at.isMissingNode()) {
                throw new TemplateException("there is no ." + String.join(".", path));
            }
        }
        return at;
    }

    private JsonNode call(String function, List<JsonNode> arguments) {
        return switch (function) {
            case "include" -> {
                wanted(function, arguments, 2);
                StringBuilder out = new StringBuilder();
                List<Piece> body = named.get(arguments.getFirst().asText());
                if (body == null) {
                    throw new TemplateException("nothing is defined as " + arguments.getFirst());
                }
                render(body, arguments.get(1), out);
                yield TextNode.valueOf(out.toString());
            }
            case "default" -> {
                wanted(function, arguments, 2);
                yield truth(arguments.get(1)) ? arguments.get(1) : arguments.getFirst();
            }
            case "eq" -> {
                wanted(function, arguments, 2);
                yield BooleanNode.valueOf(arguments.getFirst().equals(arguments.get(1)));
            }
            case "gt" -> {
                wanted(function, arguments, 2);
                yield BooleanNode.valueOf(whole(arguments.getFirst()) > whole(arguments.get(1)));
            }
            case "int" -> {
                wanted(function, arguments, 1);
                yield IntNode.valueOf(whole(arguments.getFirst()));
            }
            case "printf" -> TextNode.valueOf(formatted(arguments));
            case "quote" -> {
                wanted(function, arguments, 1);
                yield TextNode.valueOf(Text.quoted(printed(arguments.getFirst())));
            }
            case "nindent" -> {
                wanted(function, arguments, 2);
                String margin = "\n" + " ".repeat(whole(arguments.getFirst()));
                yield TextNode.valueOf(margin + printed(arguments.get(1)).replace("\n", margin));
            }
            case "toYaml" -> {
                wanted(function, arguments, 1);
                yield TextNode.valueOf(Text.yaml(arguments.getFirst()));
            }
            case "toJson" -> {
                wanted(function, arguments, 1);
                yield TextNode.valueOf(Text.json(arguments.getFirst()));
            }
            case "sha256sum" -> {
                wanted(function, arguments, 1);
                yield TextNode.valueOf(Text.sha256(printed(arguments.getFirst())));
            }
            default -> throw new TemplateException("no such function: " + function);
        };
    }

    private static void wanted(String function, List<JsonNode> arguments, int count) {
        if (arguments.size() != count) {
            throw new TemplateException(
                    function + " takes " + count + " arguments, not " + arguments.size());
        }
    }

    /** {@code printf} with {@code %s} alone. */
    private static String formatted(List<JsonNode> arguments) {
        String[] parts = arguments.getFirst().asText().split("%s", -1);
        wanted("printf", arguments, parts.length);
        StringBuilder out = new StringBuilder(parts[0]);
        for (int i = 1; i < parts.length; i++) {
            out.append(printed(arguments.get(i))).append(parts[i]);
        }
        if (out.indexOf("%") >= 0) {
            throw new TemplateException("printf knows %s only: " + arguments.getFirst());
        }
        return out.toString();
    }

    private static int whole(JsonNode value) {
        if (!value.isIntegralNumber()) {
            throw new TemplateException("no whole number: " + value);
        }
        return value.asInt();
    }

    private static boolean truth(JsonNode value) {
        return value.isContainerNode()
                ? !value.isEmpty()
                : value.isTextual() ? !value.asText().isEmpty() : value.asBoolean();
    }

    private static String printed(JsonNode value) {
        if (value.isTextual() || value.isIntegralNumber() || value.isBoolean()) {
            return value.asText();
        }
        throw new TemplateException("not to be printed as it is: " + value);
    }
}
