package io.peakmesh.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Several answers to one question as one: lists one after the other, numbers added, objects field
 * by field; of all else the first.
 */
final class Summed {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Summed() {}

    static JsonNode tree(Object answer) {
        return JSON.valueToTree(answer);
    }

    /** At least one. */
    static JsonNode of(List<JsonNode> answers) {
        return answers.stream().reduce(Summed::of).orElseThrow();
    }

    private static JsonNode of(JsonNode one, JsonNode other) {
        if (one instanceof ArrayNode list && other instanceof ArrayNode more) {
            return list.deepCopy().addAll(more);
        }
        if (one.isIntegralNumber() && other.isIntegralNumber()) {
            return JsonNodeFactory.instance.numberNode(one.longValue() + other.longValue());
        }
        if (one instanceof ObjectNode object && other instanceof ObjectNode more) {
            ObjectNode both = object.deepCopy();
            more.properties()
                    .forEach(field ->
                            both.set(
                                    field.getKey(),
                                    object.has(field.getKey())
                                            ? of(object.get(field.getKey()), field.getValue())
                                            : field.getValue()));
            return both;
        }
        return one;
    }
}
