package io.peakmesh.smi.convert;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** TrafficTarget: v1alpha1 has no {@code spec}, v1alpha3 has no {@code destination.port}. */
final class TargetRules {
    private static final List<String> MOVED = List.of("destination", "sources", "specs");

    /** The port is a field until v1alpha2, and an annotation after it. */
    static final Rule PORT =
            new Rule() {
                @Override
                public Optional<Shape> up(Shape old) {
                    if (old.annotation(Kept.DESTINATION_PORT) != null) {
                        return Optional.empty();
                    }
                    Map<String, Object> destination = destination(old);
                    if (destination == null || !destination.containsKey("port")) {
                        return Optional.of(old);
                    }
                    return Optional.ofNullable(destination.get("port"))
                            .filter(Kept::portLike)
                            .flatMap(Json::write)
                            .map(text ->
                                    withDestination(old, Trees.without(destination, "port"))
                                            .withAnnotation(Kept.DESTINATION_PORT, text));
                }

                @Override
                public Optional<Shape> down(Shape newest) {
                    String text = newest.annotation(Kept.DESTINATION_PORT);
                    if (text == null) {
                        return Optional.of(newest);
                    }
                    Map<String, Object> destination = destination(newest);
                    if (destination == null || destination.containsKey("port")) {
                        return Optional.empty();
                    }
                    return Json.read(text)
                            .filter(Kept::portLike)
                            .map(port ->
                                    withDestination(newest, Trees.with(destination, "port", port))
                                            .withAnnotation(Kept.DESTINATION_PORT, null));
                }
            };

    /** Without {@code spec}, and the rules are called {@code specs}. */
    static final Rule FIRST =
            new Rule() {
                @Override
                public Optional<Shape> up(Shape old) {
                    if (old.fields().containsKey("spec")) {
                        return Optional.empty();
                    }
                    Map<String, Object> fields = new LinkedHashMap<>(old.fields());
                    Map<String, Object> spec = new LinkedHashMap<>();
                    for (String name : MOVED) {
                        if (fields.containsKey(name)) {
                            spec.put(name.equals("specs") ? "rules" : name, fields.remove(name));
                        }
                    }
                    if (!spec.isEmpty()) {
                        fields.put("spec", spec);
                    }
                    return Optional.of(old.withFields(fields));
                }

                @Override
                public Optional<Shape> down(Shape newest) {
                    if (MOVED.stream().anyMatch(newest.fields()::containsKey)) {
                        return Optional.empty();
                    }
                    if (!newest.fields().containsKey("spec")) {
                        return Optional.of(newest);
                    }
                    Map<String, Object> spec = Trees.object(newest.field("spec"));
                    if (spec == null || spec.isEmpty() || spec.containsKey("specs")) {
                        return Optional.empty();
                    }
                    Map<String, Object> fields = Trees.without(newest.fields(), "spec");
                    for (Map.Entry<String, Object> field : spec.entrySet()) {
                        String name = field.getKey().equals("rules") ? "specs" : field.getKey();
                        if (!MOVED.contains(name)) {
                            return Optional.empty();
                        }
                        fields.put(name, field.getValue());
                    }
                    return Optional.of(newest.withFields(fields));
                }
            }.then(PORT);

    private TargetRules() {}

    private static @Nullable Map<String, Object> destination(Shape shape) {
        Map<String, Object> spec = Trees.object(shape.field("spec"));
        return spec == null ? null : Trees.object(spec.get("destination"));
    }

    private static Shape withDestination(Shape shape, Map<String, Object> destination) {
        Map<String, Object> spec = Trees.object(shape.field("spec"));
        return spec == null
                ? shape
                : shape.withFields(
                        Trees.with(
                                shape.fields(),
                                "spec",
                                Trees.with(spec, "destination", destination)));
    }
}
