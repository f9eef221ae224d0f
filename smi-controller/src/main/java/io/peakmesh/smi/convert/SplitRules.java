package io.peakmesh.smi.convert;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** TrafficSplit: v1alpha1 weighs by quantities, v1alpha2 still has no matches. */
final class SplitRules {
    static final Rule WITHOUT_MATCHES = new MatchesRule(List.class);

    static final Rule QUANTITIES =
            new Rule() {
                @Override
                public Optional<Shape> up(Shape old) {
                    Optional<List<Object>> weights = weights(old);
                    if (weights.isEmpty() || weights.get().stream().allMatch(SplitRules::whole)) {
                        return Optional.of(old);
                    }
                    Optional<String> kept = Json.write(weights.get());
                    Optional<List<Integer>> scaled = scaled(weights.get());
                    return kept.isPresent() && scaled.isPresent()
                            ? Optional.of(
                                    withWeights(old, scaled.get())
                                            .withAnnotation(Kept.WEIGHTS, kept.get()))
                            : Optional.empty();
                }

                // Weights that were edited in a newer version, and now again as quantities.
                @Override
                public Shape tidy(Shape old) {
                    String text = old.annotation(Kept.WEIGHTS);
                    boolean stale =
                            text != null
                                    && old.annotation(Kept.WRITTEN_AS) == null
                                    && weights(old)
                                            .filter(w -> !w.stream().allMatch(SplitRules::whole))
                                            .flatMap(SplitRules::scaled)
                                            .isPresent()
                                    && Json.read(text).orElse("") instanceof List<?> kept
                                    && kept.stream().allMatch(w -> Quantities.read(w).isPresent());
                    return stale ? old.withAnnotation(Kept.WEIGHTS, null) : old;
                }

                @Override
                public Optional<Shape> down(Shape newest) {
                    String text = newest.annotation(Kept.WEIGHTS);
                    Optional<List<Object>> now = weights(newest);
                    if (text == null || now.isEmpty()) {
                        return Optional.of(newest);
                    }
                    boolean written =
                            Json.read(text).orElse("") instanceof List<?> kept
                                    && !kept.stream().allMatch(SplitRules::whole)
                                    && scaled(kept).filter(now.get()::equals).isPresent();
                    return Optional.of(
                            written
                                    ? withWeights(newest, (List<?>) Json.read(text).orElseThrow())
                                            .withAnnotation(Kept.WEIGHTS, null)
                                    : newest);
                }
            }.then(WITHOUT_MATCHES);

    private SplitRules() {}

    private static boolean whole(@Nullable Object weight) {
        return weight instanceof Integer || weight instanceof Long || weight instanceof BigInteger;
    }

    private static Optional<List<Integer>> scaled(List<?> weights) {
        List<BigDecimal> quantities = new ArrayList<>();
        for (Object weight : weights) {
            Optional<BigDecimal> quantity = Quantities.read(weight);
            if (quantity.isEmpty()) {
                return Optional.empty();
            }
            quantities.add(quantity.get());
        }
        return Quantities.scaled(quantities);
    }

    /** One of each backend; empty where a backend has none, or there is no list of backends. */
    private static Optional<List<Object>> weights(Shape shape) {
        Map<String, Object> spec = Trees.object(shape.field("spec"));
        if (spec == null || !(spec.get("backends") instanceof List<?> backends)) {
            return Optional.empty();
        }
        List<Object> weights = new ArrayList<>();
        for (Object backend : backends) {
            Object weight = backend instanceof Map<?, ?> map ? map.get("weight") : null;
            if (weight == null) {
                return Optional.empty();
            }
            weights.add(weight);
        }
        return Optional.of(weights);
    }

    private static Shape withWeights(Shape shape, List<?> weights) {
        Map<String, Object> spec = Trees.object(shape.field("spec"));
        if (spec == null || !(spec.get("backends") instanceof List<?> backends)) {
            return shape;
        }
        List<Object> weighted = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            Map<String, Object> backend = Trees.object(backends.get(i));
            if (backend != null) {
                weighted.add(Trees.with(backend, "weight", weights.get(i)));
            }
        }
        return shape.withFields(
                Trees.with(shape.fields(), "spec", Trees.with(spec, "backends", weighted)));
    }
}
