package io.peakmesh.smi.convert;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Brings SMI objects from one version into another, by way of the newest. Nothing is lost: an
 * object that is brought into any other version and back, by whatever way, is equal to what it was;
 * what a version has no field for is kept in the annotations of {@link Kept}. What was changed
 * meanwhile stays changed.
 *
 * <p>It never throws for what stands in an object. Name, namespace, UID, labels and other people's
 * annotations are passed on; {@code annotations: {}} reads as none. Two limits: a list of weights
 * in {@link Kept#WEIGHTS} that an edit in a newer version made void is dropped when an object of
 * v1alpha1 has quantities of its own again; and where {@link Kept#WRITTEN_AS} would fill the
 * annotations beyond the 256 KiB that the API server takes, it is left out.
 */
public final class SmiConversion {
    private static final String NEWEST = "v1alpha4";
    private static final List<String> HEAD = List.of("apiVersion", "kind", "metadata");

    /** The outcome. */
    public sealed interface Converted {
        /**
         * The object in the version wanted; parts that did not change are those of the object
         * given.
         */
        record Done(Map<String, Object> object) implements Converted {}

        /** {@code reason} is what {@code kubectl} prints. */
        record Failed(String reason) implements Converted {}
    }

    private record Kind(String group, Map<String, Rule> versions) {}

    private static final Map<String, Kind> KINDS =
            Map.of(
                    "TrafficTarget",
                    kind("access", TargetRules.FIRST, TargetRules.PORT, Rule.SAME),
                    "HTTPRouteGroup",
                    kind(
                            "specs",
                            RouteRules.GROUP_WITHOUT_SPEC,
                            RouteRules.GROUP_WITHOUT_SPEC,
                            Rule.SAME),
                    "TCPRoute",
                    kind(
                            "specs",
                            RouteRules.TCP_WITHOUT_SPEC,
                            RouteRules.TCP_WITHOUT_SPEC,
                            RouteRules.TCP_WITHOUT_PORTS),
                    "UDPRoute",
                    new Kind("specs.smi-spec.io", Map.of(NEWEST, Rule.SAME)),
                    "TrafficSplit",
                    kind("split", SplitRules.QUANTITIES, SplitRules.WITHOUT_MATCHES, Rule.SAME));

    private SmiConversion() {}

    private static Kind kind(String group, Rule first, Rule second, Rule third) {
        return new Kind(
                group + ".smi-spec.io",
                Map.of(
                        "v1alpha1",
                        first,
                        "v1alpha2",
                        second,
                        "v1alpha3",
                        third,
                        NEWEST,
                        Rule.SAME));
    }

    /**
     * One object in another version.
     *
     * @param object as JSON: nested maps and lists, texts, numbers and booleans, with apiVersion,
     *     kind and metadata; it is not written to
     * @param desiredApiVersion as in {@code split.smi-spec.io/v1alpha2}
     */
    public static Converted convert(Map<String, Object> object, String desiredApiVersion) {
        Object name = object.get("kind");
        Kind kind = name instanceof String text ? KINDS.get(text) : null;
        if (kind == null) {
            return new Converted.Failed(
                    "the kind is none of SMI's: TrafficTarget, HTTPRouteGroup, TCPRoute, UDPRoute"
                            + " or TrafficSplit");
        }
        Optional<String> from = version(kind, object.get("apiVersion"));
        Optional<String> to = version(kind, desiredApiVersion);
        if (from.isEmpty() || to.isEmpty()) {
            return new Converted.Failed(
                    "a "
                            + name
                            + (from.isEmpty() ? " cannot be converted from" : " is wanted in")
                            + " an API version that it does not have: use one of "
                            + kind.group
                            + "/ "
                            + String.join(", ", kind.versions.keySet().stream().sorted().toList()));
        }
        return convert(object, kind, from.get(), to.get());
    }

    private static Optional<String> version(Kind kind, @Nullable Object apiVersion) {
        String prefix = kind.group + "/";
        return apiVersion instanceof String text && text.startsWith(prefix)
                ? Optional.of(text.substring(prefix.length())).filter(kind.versions::containsKey)
                : Optional.empty();
    }

    private static Converted convert(
            Map<String, Object> object, Kind kind, String from, String to) {
        Map<String, Object> metadata = Trees.object(object.get("metadata"));
        if (metadata == null) {
            return new Converted.Failed("metadata must be an object with fields: add it");
        }
        Optional<Map<String, String>> annotations = annotations(metadata);
        if (annotations.isEmpty()) {
            return new Converted.Failed(
                    "metadata.annotations must be an object of texts: correct it");
        }
        Map<String, Object> fields = new LinkedHashMap<>(object);
        HEAD.forEach(fields::remove);
        Shape shape = new Shape(fields, annotations.get());
        if (!from.equals(to)) {
            shape = newest(kind, from, shape);
            shape = older(kind, to, shape);
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("apiVersion", kind.group + "/" + to);
        result.put("kind", Objects.requireNonNull(object.get("kind")));
        result.put("metadata", metadata(metadata, shape.annotations()));
        result.putAll(shape.fields());
        return new Converted.Done(result);
    }

    private static Shape newest(Kind kind, String from, Shape shape) {
        Rule rule = Objects.requireNonNull(kind.versions.get(from));
        return from.equals(NEWEST) ? shape : new Pair(from, NEWEST, rule, true).convert(shape);
    }

    private static Shape older(Kind kind, String to, Shape shape) {
        Rule rule = Objects.requireNonNull(kind.versions.get(to));
        return to.equals(NEWEST) ? shape : new Pair(to, NEWEST, rule, false).convert(shape);
    }

    private static Optional<Map<String, String>> annotations(Map<String, Object> metadata) {
        Map<String, String> texts = new LinkedHashMap<>();
        Object given = metadata.get("annotations");
        if (given == null) {
            return Optional.of(texts);
        }
        if (!(given instanceof Map<?, ?> map)) {
            return Optional.empty();
        }
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getKey() instanceof String name)
                    || !(entry.getValue() instanceof String text)) {
                return Optional.empty();
            }
            texts.put(name, text);
        }
        return Optional.of(texts);
    }

    private static Map<String, Object> metadata(
            Map<String, Object> metadata, Map<String, String> annotations) {
        return annotations.isEmpty()
                ? Trees.without(metadata, "annotations")
                : Trees.with(metadata, "annotations", annotations);
    }
}
