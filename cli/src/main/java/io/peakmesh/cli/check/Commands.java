package io.peakmesh.cli.check;

/**
 * The commands that a user is told to run next, ready to be typed.
 *
 * @param where the flags that name the control plane, empty for the one that is asked by default
 */
record Commands(String where) {
    /** {@code mesh …} for this control plane. */
    String mesh(String words) {
        return "mesh " + words + (where.isEmpty() ? "" : " " + where);
    }
}
