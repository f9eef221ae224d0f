package io.peakmesh.injector.patch;

import java.util.Map;

/**
 * What injection asks of a namespace.
 *
 * @param labels among them {@code pod-security.kubernetes.io/enforce}
 * @param annotations among them {@code peakmesh.io/inject} and defaults of {@code
 *     config.peakmesh.io/…}
 */
public record NamespaceFacts(
        String name, Map<String, String> labels, Map<String, String> annotations) {
    public NamespaceFacts {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }
}
