package io.peakmesh.kube.installed;

import java.util.Locale;

/** Where the API server has the objects of a kind. */
final class Paths {
    private Paths() {}

    /**
     * All objects of a kind.
     *
     * @param namespace empty for all of them
     */
    static String of(String apiVersion, String namespace, String kind) {
        String plural = kind.toLowerCase(Locale.ROOT).replaceFirst("y$", "ie") + "s";
        return (apiVersion.contains("/") ? "/apis/" : "/api/")
                + apiVersion
                + (namespace.isEmpty() ? "" : "/namespaces/" + namespace)
                + "/"
                + plural;
    }
}
