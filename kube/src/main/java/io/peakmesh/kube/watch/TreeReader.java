package io.peakmesh.kube.watch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.peakmesh.smi.object.Fields;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON token by token into trees that hold the fields of a {@link Shape} and nothing else, so
 * an object of a megabyte leaves no more behind than a small one.
 *
 * <p>What is deeper or more than {@link Fields} takes is cut off just after that limit: there the
 * object is refused with its reason, instead of the stream of all objects being broken.
 */
final class TreeReader implements Closeable {
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    // the API server's own limits are below these
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(20_000)
                                    .maxStringLength(64 << 20)
                                    .maxNameLength(4 << 20)
                                    .build())
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .build();

    /** Texts of these fields are seldom met twice. */
    private static final Set<String> UNIQUE =
            Set.of("uid", "resourceVersion", "ip", "podIP", "addresses", "clusterIP", "clusterIPs");

    private static final int DEEPEST = Fields.MAX_DEPTH + 1;

    private final InputStream in;
    private final Words words;
    private JsonParser parser;
    private boolean begun;
    private int values;

    TreeReader(InputStream in, Words words) throws IOException {
        this.in = in;
        this.words = words;
        this.parser = JSON.createParser(new byte[0]);
    }

    /** Of a small text at hand. */
    static TreeReader of(byte[] json) throws IOException {
        return new TreeReader(new ByteArrayInputStream(json), new Words());
    }

    /** The next value's start; empty at the end of the text. */
    Optional<JsonToken> next() throws IOException {
        if (!begun) {
            // Not before: it reads the first bytes, and a watch may have none for a minute.
            begun = true;
            parser = JSON.createParser(in);
        }
        return Optional.ofNullable(parser.nextToken());
    }

    /** Goes into the object that begins here. */
    void enter(JsonToken found, JsonToken wanted) throws IOException {
        if (found != wanted) {
            throw new IOException("the answer is not a JSON object");
        }
    }

    /**
     * Goes to the next element of the list whose value is here or was entered; false at its end,
     * and where there is no list.
     */
    boolean item() throws IOException {
        JsonToken at = parser.currentToken();
        if (at == JsonToken.VALUE_NULL) {
            return false;
        }
        return parser.nextToken() != JsonToken.END_ARRAY;
    }

    /**
     * The name of the next field of the object that was entered, its value next; empty at its end.
     */
    Optional<String> field() throws IOException {
        JsonToken token = parser.nextToken();
        if (token != JsonToken.FIELD_NAME) {
            return Optional.empty();
        }
        String name = parser.currentName();
        parser.nextToken();
        return Optional.of(name);
    }

    void skip() throws IOException {
        parser.skipChildren();
    }

    /** The scalar here as text; empty text for anything else. */
    String text() throws IOException {
        String text = parser.getValueAsString();
        parser.skipChildren();
        return text == null ? "" : text;
    }

    /** The object here, cut to the shape; without any field if it is no object. */
    Map<String, @Nullable Object> tree(Shape shape) throws IOException {
        values = 0;
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            return object(shape, 1);
        }
        parser.skipChildren();
        return new LinkedHashMap<>();
    }

    private @Nullable Object value(Shape shape, String field, int depth) throws IOException {
        values++;
        if (depth > DEEPEST || values > Fields.MAX_NODES + 1) {
            parser.skipChildren();
            return null;
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(shape, depth);
            case START_ARRAY -> array(shape, field, depth);
            case VALUE_STRING ->
                    UNIQUE.contains(field) ? parser.getText() : words.one(parser.getText());
            case VALUE_NUMBER_INT ->
                    parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                            ? (Object) parser.getDoubleValue()
                            : (Object) parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case null, default -> null;
        };
    }

    private Map<String, @Nullable Object> object(Shape shape, int depth) throws IOException {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            Optional<Shape> below = shape.field(name);
            if (below.isEmpty()) {
                parser.skipChildren();
            } else if (depth == 1 && name.equals("metadata")) {
                map.put(name, metadata(below.get()));
            } else if (values <= Fields.MAX_NODES + 1) {
                map.put(words.one(name), value(below.get(), name, depth + 1));
            } else {
                parser.skipChildren();
            }
        }
        return map;
    }

    /** What an object is called is read even if too much stands before it. */
    private @Nullable Object metadata(Shape shape) throws IOException {
        int before = values;
        values = 0;
        @Nullable Object metadata = value(shape, "metadata", 2);
        values += before;
        return metadata;
    }

    private List<@Nullable Object> array(Shape shape, String field, int depth) throws IOException {
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            @Nullable Object value = value(shape, field, depth + 1);
            if (values <= Fields.MAX_NODES + 1) {
                list.add(value);
            }
        }
        return list;
    }

    @Override
    public void close() throws IOException {
        parser.close();
        in.close();
    }
}
