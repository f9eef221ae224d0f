package io.peakmesh.injector.webhook;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.peakmesh.injector.webhook.Conversion.Converted;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One ConversionReview as it is read. The members of its JSON may come in any order. */
final class ConversionRun implements AutoCloseable {
    static final String API_VERSION = "apiextensions.k8s.io/v1";

    /** What came of it. */
    sealed interface Outcome {
        /** {@code objects} holds the JSON array; who takes it closes it. */
        record Done(String uid, Spool objects) implements Outcome {}

        record Failed(String uid, String why) implements Outcome {}
    }

    private final Conversion conversion;
    private final Supplier<Spool> spools;
    private final JsonParser parser;
    private String apiVersion = "";
    private String uid = "";
    private String desired = "";
    private @Nullable String failure;

    /** The objects as they came, where they came before the version that is desired. */
    private @Nullable Spool early;

    private @Nullable Spool converted;

    ConversionRun(Conversion conversion, Supplier<Spool> spools, InputStream body)
            throws IOException {
        this.conversion = conversion;
        this.spools = spools;
        this.parser = Json.MAPPER.getFactory().createParser(body);
    }

    Outcome outcome() throws IOException {
        parser.nextToken();
        Json.expect(parser, JsonToken.START_OBJECT, "the review");
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "apiVersion" -> apiVersion = text(name);
                case "request" -> request();
                default -> parser.skipChildren();
            }
        }
        Json.expectEnd(parser);
        if (!apiVersion.equals(API_VERSION)) {
            throw new Refused(
                    400,
                    "ConversionReview of "
                            + API_VERSION
                            + " is answered here, not of "
                            + apiVersion
                            + "; conversionReviewVersions must hold v1");
        }
        if (early != null && !desired.isEmpty()) {
            try (JsonParser again = Json.MAPPER.getFactory().createParser(early.read())) {
                again.nextToken();
                objects(again);
            }
        }
        if (uid.isEmpty() || desired.isEmpty() || converted == null) {
            throw new Refused(400, "the review lacks uid, desiredAPIVersion or objects");
        }
        if (failure != null) {
            return new Outcome.Failed(uid, failure);
        }
        Spool objects = converted;
        converted = null;
        return new Outcome.Done(uid, objects);
    }

    private void request() throws IOException {
        Json.expect(parser, JsonToken.START_OBJECT, "request");
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "uid" -> uid = text(name);
                case "desiredAPIVersion" -> desired = text(name);
                case "objects" -> {
                    if (early != null || converted != null) {
                        throw new Refused(400, "the review has objects twice");
                    }
                    if (desired.isEmpty()) {
                        keep();
                    } else {
                        objects(parser);
                    }
                }
                default -> parser.skipChildren();
            }
        }
    }

    private String text(String name) throws IOException {
        Json.expect(parser, JsonToken.VALUE_STRING, name);
        return parser.getText();
    }

    private void keep() throws IOException {
        Spool spool = spools.get();
        early = spool;
        try (JsonGenerator out = Json.MAPPER.getFactory().createGenerator(spool)) {
            out.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            out.copyCurrentStructure(parser);
        }
        spool.finish();
    }

    private void objects(JsonParser in) throws IOException {
        Json.expect(in, JsonToken.START_ARRAY, "objects");
        Spool spool = spools.get();
        converted = spool;
        try (JsonGenerator out = Json.MAPPER.getFactory().createGenerator(spool)) {
            out.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            out.writeStartArray();
            while (in.nextToken() != JsonToken.END_ARRAY) {
                Json.expect(in, JsonToken.START_OBJECT, "one of the objects");
                if (failure == null) {
                    Map<String, Object> object = Json.MAPPER.readValue(in, Json.OBJECT);
                    Json.MAPPER.writeValue(out, one(object));
                } else {
                    in.skipChildren();
                }
            }
            out.writeEndArray();
        }
        spool.finish();
    }

    private Map<String, Object> one(Map<String, Object> object) {
        if (Json.text(object, "apiVersion").equals(desired)) {
            return object;
        }
        return switch (conversion.convert(object, desired)) {
            case Converted.Done(Map<String, Object> result) -> {
                if (!desired.equals(result.get("apiVersion"))) {
                    throw new IllegalStateException("conversion gave another version than desired");
                }
                yield result;
            }
            case Converted.Failed(String reason) -> {
                failure = name(object) + ": " + reason;
                yield Map.of();
            }
        };
    }

    /** As in {@code TrafficSplit shop/cart}. */
    private static String name(Map<String, Object> object) {
        Map<String, Object> metadata = Json.object(object, "metadata");
        String namespace = Json.text(metadata, "namespace");
        return Json.text(object, "kind")
                + " "
                + (namespace.isEmpty() ? "" : namespace + "/")
                + Json.text(metadata, "name");
    }

    /** Gives back all that nobody took. */
    @Override
    public void close() throws IOException {
        if (early != null) {
            early.close();
        }
        if (converted != null) {
            converted.close();
        }
        parser.close();
    }
}
