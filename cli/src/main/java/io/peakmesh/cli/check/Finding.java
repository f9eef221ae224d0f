package io.peakmesh.cli.check;

/** What a check found. */
sealed interface Finding {
    /**
     * All is well.
     *
     * @param detail how much of it there is, for people; may be empty
     */
    record Good(String detail) implements Finding {}

    /** The mesh works, but not as well as it could. */
    record Warning(String what, String next) implements Finding {}

    /**
     * The mesh, or a part of it, does not work.
     *
     * @param what is wrong; may have several lines
     * @param next the command to run
     */
    record Failure(String what, String next) implements Finding {}

    static Finding good() {
        return new Good("");
    }
}
