package io.peakmesh.xds.server.peer;

/** Verifies the bearer token of a stream. Must be quick, and safe to call from any thread. */
public interface PeerAuthenticator {
    /**
     * {@code token} is the authorization header without its {@code Bearer} prefix; may be empty.
     */
    Verdict authenticate(String token);

    sealed interface Verdict {
        record Accepted(Peer peer) implements Verdict {}

        /** {@code reason} is for the log; the client learns only that it is unauthenticated. */
        record Refused(String reason) implements Verdict {}

        /**
         * Neither yes nor no: who could tell does not answer. The client is told to come again;
         * {@code reason} is for the log.
         */
        record Unavailable(String reason) implements Verdict {}
    }
}
