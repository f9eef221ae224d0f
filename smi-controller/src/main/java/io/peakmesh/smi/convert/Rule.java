package io.peakmesh.smi.convert;

import java.util.Optional;

/**
 * How the objects of one version that are written as that version means it look in the newest, and
 * back. Empty for an object that is not written so: it is then passed on as it stands. A rule need
 * not see each case: who asks compares the way there and back.
 */
interface Rule {
    /** Into the newest version. */
    Optional<Shape> up(Shape old);

    /** From the newest version. */
    Optional<Shape> down(Shape newest);

    /** The old object without what earlier conversions left in it that means nothing any more. */
    default Shape tidy(Shape old) {
        return old;
    }

    /** This first on the way up, last on the way down. */
    default Rule then(Rule next) {
        Rule first = this;
        return new Rule() {
            @Override
            public Optional<Shape> up(Shape old) {
                return first.up(old).flatMap(next::up);
            }

            @Override
            public Optional<Shape> down(Shape newest) {
                return next.down(newest).flatMap(first::down);
            }

            @Override
            public Shape tidy(Shape old) {
                return first.tidy(old);
            }
        };
    }

    /** The version has the fields of the newest. */
    Rule SAME =
            new Rule() {
                @Override
                public Optional<Shape> up(Shape old) {
                    return Optional.of(old);
                }

                @Override
                public Optional<Shape> down(Shape newest) {
                    return Optional.of(newest);
                }
            };
}
