package io.peakmesh.kube.installed;

/**
 * One object of a mesh.
 *
 * @param namespace empty for what has none
 */
public record Part(String apiVersion, String kind, String namespace, String name) {
    /** As people and kubectl name it. */
    @Override
    public String toString() {
        return kind + " " + (namespace.isEmpty() ? "" : namespace + "/") + name;
    }
}
