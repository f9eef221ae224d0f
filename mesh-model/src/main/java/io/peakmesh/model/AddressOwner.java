package io.peakmesh.model;

/** Who answers at an IP address. */
public sealed interface AddressOwner {
    /** A service's cluster IP. */
    record OfService(ServiceName name) implements AddressOwner {}

    /** An instance's own address. */
    record OfWorkload(WorkloadName name) implements AddressOwner {}
}
