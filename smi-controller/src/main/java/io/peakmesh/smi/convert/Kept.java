package io.peakmesh.smi.convert;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The annotations in which conversion keeps what a version has no field for, each JSON, and how an
 * object reads with them.
 */
public final class Kept {
    /** TrafficTarget v1alpha3 and later: {@code destination.port}, a number or a text. */
    public static final String DESTINATION_PORT = "smi.peakmesh.io/destination-port";

    /** TrafficSplit before v1alpha3 and TCPRoute before v1alpha4: {@code spec.matches}. */
    public static final String MATCHES = "smi.peakmesh.io/matches";

    /**
     * TrafficSplit since v1alpha2: the weights as v1alpha1 had them, a list in the order of the
     * backends. It only serves the way back; once the weights were changed it says nothing.
     */
    public static final String WEIGHTS = "smi.peakmesh.io/weights";

    /** The version in whose words an object is written that has no form in this one. */
    public static final String WRITTEN_AS = "smi.peakmesh.io/written-as";

    /**
     * An object as its reader takes it.
     *
     * @param version in whose words it is written
     * @param fields with those that an annotation keeps, a field of the same name goes before
     * @param unreadable the annotation that should hold a field and holds something else
     */
    public record Reading(
            String version, Map<String, Object> fields, Optional<String> unreadable) {}

    private Kept() {}

    /**
     * What an object says by its fields and its annotations together.
     *
     * @param fields all but apiVersion, kind and metadata
     */
    public static Reading reading(
            String kind,
            String version,
            Map<String, Object> fields,
            Map<String, String> annotations) {
        String words = WrittenAs.effective(version, annotations);
        return switch (kind) {
            case "TrafficTarget" ->
                    List.of("v1alpha3", "v1alpha4").contains(words)
                            ? withPort(words, fields, annotations.get(DESTINATION_PORT))
                            : new Reading(words, fields, Optional.empty());
            case "TCPRoute" ->
                    words.equals("v1alpha4")
                            ? new Reading(words, fields, Optional.empty())
                            : withMatches(words, fields, annotations.get(MATCHES), Map.class);
            case "TrafficSplit" ->
                    List.of("v1alpha3", "v1alpha4").contains(words)
                            ? new Reading(words, fields, Optional.empty())
                            : withMatches(words, fields, annotations.get(MATCHES), List.class);
            default -> new Reading(words, fields, Optional.empty());
        };
    }

    private static Reading withPort(
            String words, Map<String, Object> fields, @Nullable String kept) {
        Map<String, Object> spec = Trees.object(fields.get("spec"));
        Map<String, Object> destination =
                Trees.object((spec == null ? fields : spec).get("destination"));
        if (kept == null || destination == null || destination.get("port") != null) {
            return new Reading(words, fields, Optional.empty());
        }
        Optional<Object> port = Json.read(kept).filter(Kept::portLike);
        if (port.isEmpty()) {
            return new Reading(words, fields, Optional.of(DESTINATION_PORT));
        }
        Map<String, Object> whole = Trees.with(destination, "port", port.get());
        Map<String, Object> now =
                spec == null
                        ? Trees.with(fields, "destination", whole)
                        : Trees.with(fields, "spec", Trees.with(spec, "destination", whole));
        return new Reading(words, now, Optional.empty());
    }

    static boolean portLike(Object value) {
        return value instanceof Integer || value instanceof String;
    }

    private static Reading withMatches(
            String words, Map<String, Object> fields, @Nullable String kept, Class<?> form) {
        Map<String, Object> spec = Trees.object(fields.getOrDefault("spec", Map.of()));
        if (kept == null || spec == null || spec.get("matches") != null) {
            return new Reading(words, fields, Optional.empty());
        }
        Optional<Object> matches = Json.read(kept).filter(form::isInstance);
        if (matches.isEmpty()) {
            return new Reading(words, fields, Optional.of(MATCHES));
        }
        Map<String, Object> whole = Trees.with(spec, "matches", matches.get());
        return new Reading(words, Trees.with(fields, "spec", whole), Optional.empty());
    }
}
