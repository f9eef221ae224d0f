package io.peakmesh.cli.install.chart;

import java.util.List;

/** A part of a template. */
sealed interface Piece {
    record Text(String text) implements Piece {}

    record Print(Expression what) implements Piece {}

    /** {@code if}, and what comes after its {@code else}. */
    record Choice(Expression condition, List<Piece> then, List<Piece> otherwise) implements Piece {
        public Choice {
            then = List.copyOf(then);
            otherwise = List.copyOf(otherwise);
        }
    }

    /** {@code range} over a list, whose elements are the dot one after another. */
    record Each(Expression list, List<Piece> body) implements Piece {
        public Each {
            body = List.copyOf(body);
        }
    }

    /** {@code define}: what {@code include} can ask for by this name. */
    record Named(String name, List<Piece> body) implements Piece {
        public Named {
            body = List.copyOf(body);
        }
    }
}
