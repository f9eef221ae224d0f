package io.peakmesh.smi.discovery;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What all our annotations have in common. */
final class Annotations {
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,5}");

    private Annotations() {}

    /** An annotation's path in its object, for people. */
    static String path(String annotation) {
        return "metadata.annotations[" + annotation + "]";
    }

    /** Words to choose from, for people: {@code a, b or c}. */
    static String either(Collection<String> words) {
        List<String> all = List.copyOf(words);
        String last = all.getLast();
        return all.size() == 1
                ? last
                : String.join(", ", all.subList(0, all.size() - 1)) + " or " + last;
    }

    /** A port number, 1 to 65535. */
    static Optional<Integer> port(String text) {
        if (!DIGITS.matcher(text).matches()) {
            return Optional.empty();
        }
        int number = Integer.parseInt(text);
        return number >= 1 && number <= 65535 ? Optional.of(number) : Optional.empty();
    }
}
