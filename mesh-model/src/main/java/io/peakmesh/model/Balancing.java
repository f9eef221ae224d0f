package io.peakmesh.model;

/** The load-balancing policy of a service, from its {@code peakmesh.io/balancing} annotation. */
public enum Balancing {
    /** Peak-EWMA where the proxy carries the module, least-request elsewhere. */
    DEFAULT,
    LEAST_REQUEST,
    ROUND_ROBIN,
    RANDOM
}
