package io.peakmesh.smi.status;

import io.peakmesh.model.Invalid;
import java.util.List;
import java.util.stream.Collectors;

/** Problems as one text for an event or a condition. */
final class Wording {
    /** What events.k8s.io/v1 allows for a note. */
    static final int MAX_LENGTH = 1_024;

    private Wording() {}

    /** The problems of one object, each with its field, but not the object. */
    static String joined(List<Invalid> problems) {
        return cut(
                problems.stream()
                        .map(p -> p.field().isEmpty() ? p.reason() : p.field() + ": " + p.reason())
                        .collect(Collectors.joining("; ")));
    }

    /** At most {@value #MAX_LENGTH} characters, never half of one. */
    static String cut(String text) {
        if (text.length() <= MAX_LENGTH) {
            return text;
        }
        int end = MAX_LENGTH - 1;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end)
                + "…";
    }
}
