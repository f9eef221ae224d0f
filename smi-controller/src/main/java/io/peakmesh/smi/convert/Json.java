package io.peakmesh.smi.convert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Optional;

/** The text of annotations: JSON with sorted keys, so that equal values have equal texts. */
final class Json {
    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private Json() {}

    /** Empty for what JSON cannot say, and for what is nested too deep. */
    static Optional<String> write(Object value) {
        try {
            return Optional.of(MAPPER.writeValueAsString(value));
        } catch (JsonProcessingException unwritable) {
            return Optional.empty();
        }
    }

    /** Empty for null and for what is no JSON; a user may write anything into an annotation. */
    static Optional<Object> read(String text) {
        try {
            return Optional.ofNullable(MAPPER.readValue(text, Object.class));
        } catch (JsonProcessingException garbage) {
            return Optional.empty();
        }
    }
}
