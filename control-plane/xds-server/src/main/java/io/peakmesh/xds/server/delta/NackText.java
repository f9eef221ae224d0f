package io.peakmesh.xds.server.delta;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a NACK says: of which resources, and whether Envoy cannot use the module. Envoy says "Error
 * adding/updating cluster(s) a: ..." or "... cluster a - a: ..." for some types, and names nothing
 * for others.
 */
final class NackText {
    /**
     * In lower case. Tried on Envoy 1.40.0, cluster and listener, with files that are missing,
     * empty, no library, without a hook, with a symbol that Envoy lacks, or refuse to start or
     * their configuration: "Failed to load dynamic module: ...", "Failed to initialize dynamic
     * module access logger config", "Failed to resolve symbol envoy_dynamic_module_on_...", "failed
     * to create load balancer config for module 'peakmesh': failed to create in-module load
     * balancer configuration". An Envoy built without them says "Didn't find a registered
     * implementation for ... dynamic_modules.v3...". The last is our module's own word.
     */
    private static final List<String> OF_THE_MODULE =
            List.of(
                    "dynamic module",
                    "dynamic_module",
                    "load balancer config for module",
                    "in-module load balancer",
                    "peak_ewma");

    private NackText() {}

    /** Whether it says that the Peak-EWMA module, or what was sent for it, cannot be used. */
    static boolean refusesModule(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return OF_THE_MODULE.stream().anyMatch(lower::contains);
    }

    /** Without Envoy's word on which resource came first, as far as it has one. */
    static String reason(String text) {
        return text.replaceFirst("^Error adding/updating .*?: ", "");
    }

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
