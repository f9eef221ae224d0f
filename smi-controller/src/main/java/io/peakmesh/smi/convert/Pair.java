package io.peakmesh.smi.convert;

import java.util.Optional;

/**
 * One version beside the newest. The two ways undo each other for every object, whatever it holds:
 * the rule is used where its way back leads to the same object, and everything else is passed on as
 * it stands, with a mark that the way back takes off.
 *
 * @param up whether objects of the version are wanted in the newest, else the other way
 */
record Pair(String version, String newest, Rule rule, boolean up) {
    private String from() {
        return up ? version : newest;
    }

    private String to() {
        return up ? newest : version;
    }

    private Pair reversed() {
        return new Pair(version, newest, rule, !up);
    }

    private Optional<Shape> there(Shape shape) {
        return up ? rule.up(shape) : rule.down(shape);
    }

    private Shape tidy(Shape shape) {
        return up ? rule.tidy(shape) : shape;
    }

    Shape convert(Shape given) {
        Shape shape = tidy(given);
        String marks = shape.annotation(Kept.WRITTEN_AS);
        if (marks != null && isVerbatim(shape, marks)) {
            return shape.withAnnotation(Kept.WRITTEN_AS, WrittenAs.rest(marks));
        }
        return byRule(shape)
                .orElseGet(() -> {
                    Shape marked =
                            shape.withAnnotation(Kept.WRITTEN_AS, WrittenAs.push(from(), marks));
                    // The API server would refuse it, and with it the list that it stands in.
                    return marked.fits() ? marked : shape;
                });
    }

    private Optional<Shape> byRule(Shape shape) {
        if (shape.annotation(Kept.WRITTEN_AS) != null || !shape.fits()) {
            return Optional.empty();
        }
        return there(shape)
                .filter(Shape::fits)
                .filter(other -> other.annotation(Kept.WRITTEN_AS) == null)
                .filter(other -> reversed().there(other).filter(shape::equals).isPresent());
    }

    /**
     * Whether the first mark was set by the way here: then the object without it is one that is
     * passed on as it stands, that is: neither follows the rule nor is itself marked so.
     */
    private boolean isVerbatim(Shape shape, String allMarks) {
        String marks = allMarks;
        Pair pair = this;
        int depth = 0;
        while (marks != null && WrittenAs.first(marks).equals(pair.to())) {
            marks = WrittenAs.rest(marks);
            pair = pair.reversed();
            depth++;
        }
        if (depth == 0) {
            return false;
        }
        boolean follows =
                marks == null
                        && pair.byRule(pair.tidy(shape.withAnnotation(Kept.WRITTEN_AS, null)))
                                .isPresent();
        return follows == (depth % 2 == 0);
    }
}
