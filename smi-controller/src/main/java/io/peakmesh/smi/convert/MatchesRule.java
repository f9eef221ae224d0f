package io.peakmesh.smi.convert;

import java.util.Map;
import java.util.Optional;

/**
 * {@code spec.matches} of a version that does not have it is kept in an annotation.
 *
 * @param form of the field: a list or an object
 */
record MatchesRule(Class<?> form) implements Rule {
    @Override
    public Optional<Shape> up(Shape old) {
        String kept = old.annotation(Kept.MATCHES);
        Map<String, Object> spec = Trees.object(old.field("spec"));
        if (kept == null) {
            return Optional.of(old);
        }
        if (spec == null) {
            return Optional.empty();
        }
        return Json.read(kept)
                .filter(form::isInstance)
                .map(matches ->
                        old.withFields(
                                        Trees.with(
                                                old.fields(),
                                                "spec",
                                                Trees.with(spec, "matches", matches)))
                                .withAnnotation(Kept.MATCHES, null));
    }

    @Override
    public Optional<Shape> down(Shape newest) {
        if (newest.annotation(Kept.MATCHES) != null) {
            return Optional.empty();
        }
        Map<String, Object> spec = Trees.object(newest.field("spec"));
        if (spec == null || !form.isInstance(spec.get("matches"))) {
            return Optional.of(newest);
        }
        return Json.write(spec.get("matches"))
                .map(text ->
                        newest.withFields(
                                        Trees.with(
                                                newest.fields(),
                                                "spec",
                                                Trees.without(spec, "matches")))
                                .withAnnotation(Kept.MATCHES, text));
    }
}
