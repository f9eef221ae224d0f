package io.peakmesh.model;

/** Who a TrafficTarget lets in. */
public sealed interface Source {
    /** Workloads that prove to be this service account. */
    record Account(ServiceAccountName name) implements Source {}

    /**
     * Any workload with an identity of the mesh (kind Group, name {@code system:authenticated}).
     */
    record AnyAuthenticated() implements Source {}

    /** Anyone, unmeshed callers too (kind Group, name {@code system:unauthenticated}). */
    record Anyone() implements Source {}
}
