package io.peakmesh.model;

import java.util.Comparator;

/** A service by namespace and name; printed and parsed as {@code namespace/name}. */
public record ServiceName(String namespace, String name) implements Comparable<ServiceName> {
    private static final Comparator<ServiceName> ORDER =
            Comparator.comparing(ServiceName::namespace).thenComparing(ServiceName::name);

    /** Reads {@code namespace/name}; throws IllegalArgumentException on any other form. */
    public static ServiceName parse(String text) {
        int slash = text.indexOf('/');
        if (slash <= 0 || slash == text.length() - 1 || text.indexOf('/', slash + 1) >= 0) {
            throw new IllegalArgumentException("want namespace/name, have '" + text + "'");
        }
        return new ServiceName(text.substring(0, slash), text.substring(slash + 1));
    }

    @Override
    public int compareTo(ServiceName other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
