package io.peakmesh.smi.convert;

import java.util.Optional;
import java.util.function.Function;

/**
 * One version beside the newest. The two ways undo each other for every object, whatever it holds:
 * the rule is used where its way back leads to the same object, and everything else is passed on as
 * it stands, with a mark that the way back takes off.
 *
 * @param from the version that an object has
 * @param to the version that it is wanted in
 */
record Pair(
        String from,
        String to,
        Function<Shape, Optional<Shape>> there,
        Function<Shape, Optional<Shape>> back) {
    static Pair up(String version, String newest, Rule rule) {
        return new Pair(version, newest, rule::up, rule::down);
    }

    static Pair down(String newest, String version, Rule rule) {
        return new Pair(newest, version, rule::down, rule::up);
    }

    private Pair reversed() {
        return new Pair(to, from, back, there);
    }

    Shape convert(Shape shape) {
        String marks = shape.annotation(Kept.WRITTEN_AS);
        if (marks != null && isVerbatim(shape, marks)) {
            return shape.withAnnotation(Kept.WRITTEN_AS, WrittenAs.rest(marks));
        }
        return byRule(shape)
                .orElseGet(() -> {
                    Shape marked =
                            shape.withAnnotation(Kept.WRITTEN_AS, WrittenAs.push(from, marks));
                    // The API server would refuse it, and with it the list that it stands in.
                    return marked.fits() ? marked : shape;
                });
    }

    private Optional<Shape> byRule(Shape shape) {
        if (shape.annotation(Kept.WRITTEN_AS) != null || !shape.fits()) {
            return Optional.empty();
        }
        return there.apply(shape)
                .filter(Shape::fits)
                .filter(other -> other.annotation(Kept.WRITTEN_AS) == null)
                .filter(other -> back.apply(other).filter(shape::equals).isPresent());
    }

    /**
     * Whether the first mark was set by the way here: then the object without it is one that is
     * passed on as it stands, that is: neither follows the rule nor is itself marked so.
     */
    private boolean isVerbatim(Shape shape, String allMarks) {
        String marks = allMarks;
        Pair pair = this;
        int depth = 0;
        while (marks != null && WrittenAs.first(marks).equals(pair.to)) {
            marks = WrittenAs.rest(marks);
            pair = pair.reversed();
            depth++;
        }
        if (depth == 0) {
            return false;
        }
        boolean follows =
                marks == null
                        && pair.byRule(shape.withAnnotation(Kept.WRITTEN_AS, null)).isPresent();
        return follows == (depth % 2 == 0);
    }
}
