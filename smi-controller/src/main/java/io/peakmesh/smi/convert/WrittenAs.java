package io.peakmesh.smi.convert;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The mark of an object that was passed on as it stands, with the version in whose words it is
 * written. An object that has such an annotation already keeps it behind the new mark and a space.
 */
final class WrittenAs {
    private static final Set<String> VERSIONS =
            Set.of("v1alpha1", "v1alpha2", "v1alpha3", "v1alpha4");

    private WrittenAs() {}

    static String push(String version, @Nullable String marks) {
        return marks == null ? version : version + " " + marks;
    }

    static String first(String marks) {
        int space = marks.indexOf(' ');
        return space < 0 ? marks : marks.substring(0, space);
    }

    /** The marks behind the first, null where there is none. */
    static @Nullable String rest(String marks) {
        int space = marks.indexOf(' ');
        return space < 0 ? null : marks.substring(space + 1);
    }

    /** In whose version's words an object is to be read. */
    static String effective(String version, Map<String, String> annotations) {
        String words = version;
        String marks = annotations.get(Kept.WRITTEN_AS);
        while (marks != null && VERSIONS.contains(first(marks)) && !first(marks).equals(words)) {
            words = first(marks);
            marks = rest(marks);
        }
        return words;
    }
}
