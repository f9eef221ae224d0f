package io.peakmesh.model;

/**
 * A namespace's policy.
 *
 * @param access from the annotation {@code peakmesh.io/access}
 * @param unmeshed from the annotation {@code peakmesh.io/unmeshed-callers}; where absent, allowed
 *     in a permissive namespace and denied in an enforcing one
 */
public record Namespace(String name, Access access, Unmeshed unmeshed) {
    /** Whether TrafficTargets are enforced. */
    public enum Access {
        /** Every authenticated caller is let in; what a policy would deny is only counted. */
        PERMISSIVE,
        /** Nothing is let in but what a TrafficTarget allows. */
        ENFORCING
    }

    /** What becomes of callers without an identity of the mesh. */
    public enum Unmeshed {
        ALLOW,
        DENY
    }

    /** What a namespace is that has no annotation or no object. */
    public static Namespace byDefault(String name) {
        return new Namespace(name, Access.PERMISSIVE, Unmeshed.ALLOW);
    }
}
