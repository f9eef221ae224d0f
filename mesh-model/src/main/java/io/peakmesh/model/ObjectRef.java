package io.peakmesh.model;

import java.util.Comparator;

/**
 * Where an object came from, for people.
 *
 * @param kind as in the object, for example {@code TrafficSplit}; empty when the text could not be
 *     read
 * @param origin the file it stands in, relative to its folder; empty for a cluster's object
 */
public record ObjectRef(String kind, String namespace, String name, String origin)
        implements Comparable<ObjectRef> {
    private static final Comparator<ObjectRef> ORDER =
            Comparator.comparing(ObjectRef::origin)
                    .thenComparing(ObjectRef::kind)
                    .thenComparing(ObjectRef::namespace)
                    .thenComparing(ObjectRef::name);

    @Override
    public int compareTo(ObjectRef other) {
        return ORDER.compare(this, other);
    }

    /** {@code file: Kind namespace/name}, leaving out what is empty. */
    @Override
    public String toString() {
        String path = namespace.isEmpty() ? name : namespace + "/" + name;
        String object = (kind + " " + path).strip();
        if (origin.isEmpty()) {
            return object;
        }
        return object.isEmpty() ? origin : origin + ": " + object;
    }
}
