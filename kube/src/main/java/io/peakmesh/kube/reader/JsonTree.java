package io.peakmesh.kube.reader;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON values, one after another, as nested maps, lists and scalars. */
final class JsonTree {
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(YamlReader.MAX_NESTING)
                                    .maxStringLength(YamlReader.MAX_BYTES)
                                    .maxNameLength(YamlReader.MAX_BYTES)
                                    .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .build();

    private final JsonParser parser;
    private final Budget budget;

    private JsonTree(JsonParser parser, Budget budget) {
        this.parser = parser;
        this.budget = budget;
    }

    /** Hands every value of the text to {@code intake}; those before a mistake are kept. */
    static void read(String text, Budget budget, Intake intake) throws Unparsable {
        try (JsonParser parser = JSON.createParser(text)) {
            JsonTree tree = new JsonTree(parser, budget);
            for (JsonToken t = parser.nextToken(); t != null; t = parser.nextToken()) {
                int line = parser.currentTokenLocation().getLineNr();
                @Nullable Object value = tree.value(t);
                if (value != null) {
                    intake.take(value, line);
                }
                if (intake.full()) {
                    return;
                }
            }
        } catch (JsonProcessingException problem) {
            JsonLocation at = problem.getLocation();
            throw Unparsable.at(
                    at == null ? 1 : Math.max(1, at.getLineNr()),
                    at == null ? 1 : Math.max(1, at.getColumnNr()),
                    reworded(problem));
        } catch (IOException impossible) {
            throw new IllegalStateException("a text in memory failed to be read", impossible);
        }
    }

    private @Nullable Object value(JsonToken token) throws IOException, Unparsable {
        if (!budget.take(1)) {
            JsonLocation at = parser.currentTokenLocation();
            String limit = "more than " + YamlReader.MAX_VALUES + " values in one file: split it";
            throw Unparsable.at(at.getLineNr(), at.getColumnNr(), limit);
        }
        return switch (token) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT ->
                    parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                            ? (Object) parser.getDoubleValue()
                            : (Object) parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    private Map<String, @Nullable Object> object() throws IOException, Unparsable {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            map.put(name, value(parser.nextToken()));
        }
        return map;
    }

    private List<@Nullable Object> array() throws IOException, Unparsable {
        List<@Nullable Object> list = new ArrayList<>();
        for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
            list.add(value(t));
        }
        return list;
    }

    private static String reworded(JsonProcessingException problem) {
        String said = String.valueOf(problem.getOriginalMessage());
        if (said.startsWith("Duplicate field")) {
            return said.replace("Duplicate field", "field")
                    + " stands twice in one object: remove one";
        }
        if (said.contains("nesting depth")) {
            return "nested deeper than " + YamlReader.MAX_NESTING + " levels: flatten it";
        }
        return "not JSON: " + said;
    }
}
