package io.peakmesh.model;

import java.util.Comparator;

/** One running instance (a pod, a VM) by namespace and name; printed as {@code namespace/name}. */
public record WorkloadName(String namespace, String name) implements Comparable<WorkloadName> {
    private static final Comparator<WorkloadName> ORDER =
            Comparator.comparing(WorkloadName::namespace).thenComparing(WorkloadName::name);

    /** Reads {@code namespace/name}; throws IllegalArgumentException on any other form. */
    public static WorkloadName parse(String text) {
        int slash = text.indexOf('/');
        if (slash <= 0 || slash == text.length() - 1 || text.indexOf('/', slash + 1) >= 0) {
            throw new IllegalArgumentException("want namespace/name, have '" + text + "'");
        }
        return new WorkloadName(text.substring(0, slash), text.substring(slash + 1));
    }

    @Override
    public int compareTo(WorkloadName other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
