package io.peakmesh.smi.convert;

import java.util.Map;
import java.util.Optional;

/** HTTPRouteGroup and TCPRoute: the first versions have no {@code spec}. */
final class RouteRules {
    /** A TCPRoute of v1alpha3 means every port and has an empty {@code spec}. */
    static final Rule TCP_WITHOUT_PORTS = new MatchesRule(Map.class);

    /** A TCPRoute before v1alpha3 has nothing but a name. */
    static final Rule TCP_WITHOUT_SPEC =
            new Rule() {
                @Override
                public Optional<Shape> up(Shape old) {
                    return old.fields().containsKey("spec")
                            ? Optional.empty()
                            : Optional.of(
                                    old.withFields(Trees.with(old.fields(), "spec", Map.of())));
                }

                @Override
                public Optional<Shape> down(Shape newest) {
                    return Map.of().equals(newest.field("spec"))
                            ? Optional.of(newest.withFields(Trees.without(newest.fields(), "spec")))
                            : Optional.empty();
                }
            }.then(TCP_WITHOUT_PORTS);

    /** The matches of an HTTPRouteGroup stand at the top before v1alpha3. */
    static final Rule GROUP_WITHOUT_SPEC =
            new Rule() {
                @Override
                public Optional<Shape> up(Shape old) {
                    if (old.fields().containsKey("spec")) {
                        return Optional.empty();
                    }
                    if (!old.fields().containsKey("matches")) {
                        return Optional.of(old);
                    }
                    Map<String, Object> fields = Trees.without(old.fields(), "matches");
                    fields.put(
                            "spec", Trees.with(Map.of(), "matches", old.fields().get("matches")));
                    return Optional.of(old.withFields(fields));
                }

                @Override
                public Optional<Shape> down(Shape newest) {
                    if (newest.fields().containsKey("matches")) {
                        return Optional.empty();
                    }
                    if (!newest.fields().containsKey("spec")) {
                        return Optional.of(newest);
                    }
                    Map<String, Object> spec = Trees.object(newest.field("spec"));
                    if (spec == null || spec.size() != 1 || !spec.containsKey("matches")) {
                        return Optional.empty();
                    }
                    Map<String, Object> fields = Trees.without(newest.fields(), "spec");
                    fields.put("matches", spec.get("matches"));
                    return Optional.of(newest.withFields(fields));
                }
            };

    private RouteRules() {}
}
