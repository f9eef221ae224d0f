package io.peakmesh.identity.attest;

import io.peakmesh.identity.issue.WorkloadIdentity;

/** What a token proves, or that it could not be found out. */
public sealed interface Verdict {
    /** What stays so however often one asks: nobody else had to be asked for it. */
    sealed interface Settled extends Verdict {}

    /** It was made for this workload, which runs now, and is valid now. */
    record Verified(WorkloadIdentity who) implements Settled {}

    /** It proves nothing. */
    record Refused(Reason reason) implements Settled {}

    /**
     * Neither yes nor no: whom to ask does not answer. The client comes again.
     *
     * @param text for a log: a sentence's end that holds nothing of the token
     */
    record Unavailable(String text) implements Verdict {}

    /** Why a token was refused, in the order in which it is looked at. */
    enum Reason {
        EMPTY("there is no token"),
        TOO_LONG("the token is longer than " + TokenAuthority.MAX_TOKEN_LENGTH + " characters"),
        MALFORMED("the token is not a well-formed JWT"),
        ALGORITHM("the token is signed with an algorithm that is not accepted here, or not at all"),
        UNKNOWN_KEY("the token is signed with a key that is not in use here"),
        UNFIT_KEY("the token's algorithm does not fit the key that it names"),
        SIGNATURE("the token's signature is wrong"),
        LEGACY("the token is one of the old kind that is kept in a Secret and bound to no pod"),
        ISSUER("the token is from another issuer"),
        AUDIENCE("the token is for another audience"),
        OTHER_AUDIENCES("the token is for other audiences too, any of which could have sent it"),
        MISSING_CLAIM("the token lacks a claim or has one of the wrong form"),
        NOT_YET_VALID("the token is not valid yet"),
        EXPIRED("the token has expired"),
        ISSUED_LATER("the token says that it was made later than now"),
        NOT_BOUND("the token is not bound to a pod"),
        SUBJECT("the token's subject is not the service account that it names"),
        CLUSTER_REFUSES("the cluster refuses the token"),
        CLUSTER_DISAGREES("the cluster took the token for that of another workload"),
        POD_UNKNOWN("the token's pod is not running, or is not known here yet"),
        POD_REPLACED("the token is that of an earlier pod of the same name"),
        POD_ACCOUNT("the token's pod has another service account");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /** For a log: a sentence's end that holds nothing of the token. */
        public String text() {
            return text;
        }
    }
}
