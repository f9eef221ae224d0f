package io.peakmesh.kube.reader;

import io.peakmesh.model.ObjectRef;
import io.peakmesh.smi.object.Fields;
import io.peakmesh.smi.object.Meta;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The {@code metadata} of every object. */
final class Metadata {
    static final String DEFAULT_NAMESPACE = "default";
    private static final int MAX_ENTRIES = 1_000;

    private Metadata() {}

    /**
     * How an object is called before it is known to be well-formed; a name or namespace that could
     * not be one is left empty, so that no text of a stranger is printed as a name.
     */
    static ObjectRef refOf(String kind, boolean namespaced, Map<?, ?> map, String origin) {
        String name = "";
        String namespace = namespaced ? DEFAULT_NAMESPACE : "";
        if (map.get("metadata") instanceof Map<?, ?> metadata) {
            name = named(metadata.get("name"), Names.Form.SUBDOMAIN);
            if (namespaced && metadata.get("namespace") != null) {
                namespace = named(metadata.get("namespace"), Names.Form.LABEL);
            }
        }
        return new ObjectRef(kind, name.isEmpty() ? "" : namespace, name, origin);
    }

    private static String named(@Nullable Object value, Names.Form form) {
        return value instanceof String text && form.fits(text) ? text : "";
    }

    /** The metadata; empty, and reported, when the object cannot be told from others. */
    static Optional<Meta> decode(Fields root, ObjectRef ref, Kinds.Kind kind) {
        Fields metadata = root.requiredObject("metadata");
        if (root.failed()) {
            return Optional.empty();
        }
        Names.check(metadata, "name", metadata.string("name"), kind.name());
        if (kind.namespaced()) {
            String namespace = metadata.string("namespace", DEFAULT_NAMESPACE);
            if (namespace.isEmpty()) {
                metadata.error("namespace", "is empty: leave it out or name a namespace");
            }
            Names.check(metadata, "namespace", namespace, Names.Form.LABEL);
        } else if (metadata.has("namespace")) {
            metadata.warning("namespace", "has no meaning for this kind and is ignored");
        }
        Meta meta =
                new Meta(
                        ref,
                        metadata.string("uid", ""),
                        generation(metadata),
                        time(metadata, "creationTimestamp"),
                        metadata.stringMap("labels", MAX_ENTRIES),
                        metadata.stringMap("annotations", MAX_ENTRIES));
        return Optional.of(meta);
    }

    /** It is written by the API server alone, so one that is no number is left unsaid. */
    private static long generation(Fields metadata) {
        return metadata.raw("generation").orElse(0L) instanceof Number number
                ? Math.max(0, number.longValue())
                : 0;
    }

    /** Whether the object is on its way out. */
    static boolean terminating(Fields root) {
        return time(root.object("metadata"), "deletionTimestamp").isPresent();
    }

    private static Optional<Instant> time(Fields metadata, String field) {
        Optional<String> text = metadata.optionalString(field);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text.get(), Instant::from));
        } catch (DateTimeException notATime) {
            String example = "2026-01-31T12:00:00Z";
            metadata.error(
                    field, "is " + Fields.quote(text.get()) + ": write a time like " + example);
            return Optional.empty();
        }
    }
}
