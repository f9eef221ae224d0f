package io.peakmesh.identity.attest;

import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.WorkloadName;

/** Asks the cluster whether a token is good (authentication.k8s.io/v1 TokenReview). */
public interface TokenReviewer {
    /** Waits at most a few seconds. The audience is always asked for; without it is no fallback. */
    Answer review(String token, String audience);

    sealed interface Answer {
        /** Good, for this audience among others, and bound to this pod. */
        record Authenticated(WorkloadName pod, String podUid, ServiceAccountName account)
                implements Answer {}

        /** The cluster says no, or the token is bound to no pod. */
        record Rejected(String reason) implements Answer {}

        /** The cluster does not answer: neither yes nor no. */
        record Unavailable(String reason) implements Answer {}
    }
}
