package io.peakmesh.smi.object;

import java.util.Comparator;

/**
 * What makes an object the same object over time; {@code namespace} is empty for a Namespace and a
 * Node.
 */
public record ObjectKey(String kind, String namespace, String name)
        implements Comparable<ObjectKey> {
    private static final Comparator<ObjectKey> ORDER =
            Comparator.comparing(ObjectKey::kind)
                    .thenComparing(ObjectKey::namespace)
                    .thenComparing(ObjectKey::name);

    @Override
    public int compareTo(ObjectKey other) {
        return ORDER.compare(this, other);
    }
}
