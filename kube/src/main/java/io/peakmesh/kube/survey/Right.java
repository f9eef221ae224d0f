package io.peakmesh.kube.survey;

/**
 * Leave to do one thing, as RBAC names it.
 *
 * @param group of the API, empty for the core's
 * @param resource in the plural; a subresource after a slash; {@code *} for all
 * @param namespace empty for all namespaces, and for kinds that have none
 * @param name of one object; empty for all
 */
public record Right(String verb, String group, String resource, String namespace, String name) {
    /** For all objects of a kind. */
    public static Right to(String verb, Kind kind, String namespace) {
        return new Right(verb, kind.group(), kind.plural(), namespace, "");
    }

    /** As {@code kubectl auth can-i} takes it. */
    @Override
    public String toString() {
        int slash = resource.indexOf('/');
        String plural = slash < 0 ? resource : resource.substring(0, slash);
        String full = plural + (group.isEmpty() || plural.equals("*") ? "" : "." + group);
        return verb
                + " "
                + full
                + (name.isEmpty() ? "" : "/" + name)
                + (slash < 0 ? "" : " --subresource=" + resource.substring(slash + 1))
                + (namespace.isEmpty() ? "" : " -n " + namespace);
    }
}
