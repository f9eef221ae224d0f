package io.peakmesh.kube.reader;

/** Leaves a parser in the middle of a text; becomes an {@code Invalid} at the door. */
final class Unparsable extends Exception {
    private final String reason;

    private Unparsable(String reason) {
        super(reason, null, false, false);
        this.reason = reason;
    }

    /** A mistake at a place; lines and columns count from 1. */
    static Unparsable at(int line, int column, String reason) {
        return new Unparsable("line " + line + ", column " + column + ": " + reason);
    }

    /** A mistake of the whole text. */
    static Unparsable whole(String reason) {
        return new Unparsable(reason);
    }

    String reason() {
        return reason;
    }
}
