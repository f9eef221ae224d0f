package io.peakmesh.model;

import java.util.Comparator;

/** A service account by namespace and name; printed as {@code namespace/name}. */
public record ServiceAccountName(String namespace, String name)
        implements Comparable<ServiceAccountName> {
    private static final Comparator<ServiceAccountName> ORDER =
            Comparator.comparing(ServiceAccountName::namespace)
                    .thenComparing(ServiceAccountName::name);

    /** Reads {@code namespace/name}; throws IllegalArgumentException on any other form. */
    public static ServiceAccountName parse(String text) {
        int slash = text.indexOf('/');
        if (slash <= 0 || slash == text.length() - 1 || text.indexOf('/', slash + 1) >= 0) {
            throw new IllegalArgumentException("want namespace/name, have '" + text + "'");
        }
        return new ServiceAccountName(text.substring(0, slash), text.substring(slash + 1));
    }

    @Override
    public int compareTo(ServiceAccountName other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
