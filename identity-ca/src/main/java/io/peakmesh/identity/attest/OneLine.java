package io.peakmesh.identity.attest;

import org.jspecify.annotations.Nullable;

/** Makes text of others fit for a line of a log. */
final class OneLine {
    private static final int MAX_LENGTH = 200;

    private OneLine() {}

    /** Control and line-separating characters become spaces; what is too long is cut. */
    static String of(@Nullable String text) {
        String whole = String.valueOf(text);
        String cut = whole.length() <= MAX_LENGTH ? whole : whole.substring(0, MAX_LENGTH) + "…";
        return cut.replaceAll("[\\p{Cntrl}\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]", " ");
    }
}
