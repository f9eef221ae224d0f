package io.peakmesh.identity.sds;

import io.peakmesh.identity.issue.WorkloadIdentity;
import java.time.Instant;

/** For the audit trail: what was issued to whom, and why. Nothing in it is secret. */
public sealed interface IssueEvent {
    WorkloadIdentity who();

    Reason reason();

    /** Why a workload needed a new certificate. */
    enum Reason {
        /** The proxy says that it holds none. */
        NONE_HELD,
        /** The version it holds was not made here for this workload. */
        NOT_OURS,
        /** It is due, or has ended. */
        DUE,
        /** All certificates of its time were called in. */
        CALLED_IN,
        /** Its issuer is no longer in force. */
        ISSUER_GONE
    }

    /**
     * A new certificate.
     *
     * @param serial in hexadecimal
     * @param sha256 of the whole leaf, in hexadecimal
     */
    record Issued(
            WorkloadIdentity who, String serial, String sha256, Instant notAfter, Reason reason)
            implements IssueEvent {}

    /**
     * No certificate could be issued: no issuer is valid any more and none can be made.
     *
     * @param cause names what is wrong with the issuer
     */
    record Failed(WorkloadIdentity who, Reason reason, String cause) implements IssueEvent {}
}
