package io.peakmesh.injector.webhook;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;

/** How JSON from a caller is read: with limits on depth, numbers and strings. */
final class Json {
    /** Far more than any object that the API server stores (etcd takes 1.5 MiB). */
    private static final int MAX_STRING_CHARS = 8 * 1024 * 1024;

    private static final int MAX_DEPTH = 500;

    static final ObjectMapper MAPPER =
            new ObjectMapper(
                    JsonFactory.builder()
                            .streamReadConstraints(
                                    StreamReadConstraints.builder()
                                            .maxNestingDepth(MAX_DEPTH)
                                            .maxStringLength(MAX_STRING_CHARS)
                                            .build())
                            // The default keeps buffers per thread; ours are virtual and
                            // many.
                            .recyclerPool(JsonRecyclerPools.newBoundedPool(64))
                            .build());

    static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private Json() {}

    static void expect(JsonParser parser, JsonToken token, String where) {
        if (parser.currentToken() != token) {
            throw new Refused(400, where + " is not as the API says");
        }
    }

    /** Nothing may follow the one value. */
    static void expectEnd(JsonParser parser) throws IOException {
        if (parser.nextToken() != null) {
            throw new Refused(400, "something follows the JSON object");
        }
    }

    /** The member as an object; empty where it is missing or null. */
    @SuppressWarnings("unchecked") // Jackson makes maps with text keys only
    static Map<String, Object> object(Map<String, Object> parent, String name) {
        return switch (parent.get(name)) {
            case null -> Map.of();
            case Map<?, ?> map -> (Map<String, Object>) map;
            default -> throw new Refused(400, name + " is not an object");
        };
    }

    /** The member as text; empty where it is missing or null. */
    static String text(Map<String, Object> parent, String name) {
        return switch (parent.get(name)) {
            case null -> "";
            case String text -> text;
            default -> throw new Refused(400, name + " is not a string");
        };
    }
}
