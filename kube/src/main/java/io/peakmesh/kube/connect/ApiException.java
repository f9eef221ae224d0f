package io.peakmesh.kube.connect;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Why a request was not done, in one sentence for people: what was wanted, what the API server
 * said, and what to do if it is a matter of rights.
 */
public final class ApiException extends IOException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final transient Optional<Duration> retryAfter;

    ApiException(String message, Reply reply) {
        super(message);
        this.status = reply.status();
        this.retryAfter = reply.retryAfter();
    }

    /** The HTTP status, as in 409. */
    public int status() {
        return status;
    }

    /** How long the API server asks to be left alone. */
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }

    /** How long the API server asks to be left alone after this problem, zero if it does not. */
    static Duration asked(IOException problem) {
        return problem instanceof ApiException api
                ? api.retryAfter().orElse(Duration.ZERO)
                : Duration.ZERO;
    }
}
