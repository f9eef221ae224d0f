package io.peakmesh.kube.watch;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which fields of an object are read; what is in none of them is skipped on the wire. A list has
 * its elements' shape.
 */
final class Shape {
    /** Everything below. */
    static final Shape WHOLE = new Shape(name -> true);

    private final Map<String, Shape> fields = new HashMap<>();
    private final Predicate<String> others;

    private Shape(Predicate<String> others) {
        this.others = others;
    }

    /** The fields of these paths, as in {@code spec.ports.name}, whole from there on. */
    static Shape of(String... paths) {
        return new Shape(name -> false).and(paths);
    }

    /** The entries of a map whose names are wanted. */
    static Shape entries(Predicate<String> wanted) {
        return new Shape(wanted);
    }

    /** This shape, and these paths besides. */
    Shape and(String... paths) {
        for (String path : paths) {
            and(path, WHOLE);
        }
        return this;
    }

    /** This shape, and below the path that one. */
    Shape and(String path, Shape below) {
        int dot = path.indexOf('.');
        if (dot < 0) {
            fields.put(path, below);
        } else {
            fields.computeIfAbsent(path.substring(0, dot), name -> of())
                    .and(path.substring(dot + 1), below);
        }
        return this;
    }

    /** The shape of a field; empty for one that is not read. */
    Optional<Shape> field(String name) {
        Shape field = fields.get(name);
        if (field != null) {
            return Optional.of(field);
        }
        return others.test(name) ? Optional.of(WHOLE) : Optional.empty();
    }
}
