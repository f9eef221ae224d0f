package io.peakmesh.xds.server.delta;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the resources that a NACK names. Envoy says "Error adding/updating cluster(s) a: ..." for
 * some types and names nothing for others.
 */
final class NackText {
    private NackText() {}

    static Set<String> named(String text, Collection<String> candidates) {
        Set<String> found = new TreeSet<>();
        for (String name : candidates) {
            if (contains(text, name)) {
                found.add(name);
            }
        }
        return found;
    }

    private static boolean contains(String text, String name) {
        if (name.isEmpty()) {
            return false;
        }
        for (int at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
            int end = at + name.length();
            boolean starts = at == 0 || !partOfName(text.charAt(at - 1));
            boolean ends = end == text.length() || !partOfName(text.charAt(end));
            if (starts && ends) {
                return true;
            }
        }
        return false;
    }

    /** Not ':' and '.', which end a name in a sentence. */
    private static boolean partOfName(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '|' || c == '/';
    }
}
