package io.peakmesh.identity.attest;

import io.peakmesh.identity.issue.WorkloadIdentity;

/** What a token proves. */
public sealed interface Verdict {
    /** It was made here, for this workload, and is valid now. */
    record Verified(WorkloadIdentity who) implements Verdict {}

    /** It proves nothing. */
    record Refused(Reason reason) implements Verdict {}

    /** Why a token was refused, in the order in which it is looked at. */
    enum Reason {
        EMPTY("there is no token"),
        TOO_LONG("the token is longer than " + TokenAuthority.MAX_TOKEN_LENGTH + " characters"),
        MALFORMED("the token is not a well-formed JWT"),
        ALGORITHM("the token is not signed with ES256"),
        UNKNOWN_KEY("the token is signed with a key that is not in use here"),
        SIGNATURE("the token's signature is wrong"),
        ISSUER("the token is from another issuer"),
        AUDIENCE("the token is for another audience"),
        MISSING_CLAIM("the token lacks a claim or has one of the wrong form"),
        NOT_YET_VALID("the token is not valid yet"),
        EXPIRED("the token has expired");

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
