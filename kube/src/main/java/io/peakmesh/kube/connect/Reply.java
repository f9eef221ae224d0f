package io.peakmesh.kube.connect;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;

/**
 * What the API server answered.
 *
 * @param status the HTTP status
 * @param body the object, or a {@code Status} where it refused; a missing node if it was no JSON
 * @param retryAfter how long it asks to be left alone
 */
public record Reply(int status, JsonNode body, Optional<Duration> retryAfter) {
    public static final int NOT_FOUND = 404;
    public static final int CONFLICT = 409;
    public static final int UNPROCESSABLE = 422;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;

    public boolean done() {
        return status >= 200 && status < 300;
    }

    /**
     * Whether the refusal is about this client or the server's state, not about what was sent: the
     * same request may be taken later.
     */
    public boolean mayBeTakenLater() {
        return status == UNAUTHORIZED
                || status == FORBIDDEN
                || status == TOO_MANY_REQUESTS
                || status >= SERVER_ERROR;
    }

    /** Whether the client itself is refused, whatever it sends. */
    public boolean lacksRights() {
        return status == UNAUTHORIZED || status == FORBIDDEN;
    }

    /** The server's own words, on one line. */
    public String message() {
        String text = body.path("message").asText("");
        return text.isEmpty() ? "HTTP " + status : text.replace('\n', ' ').strip();
    }

    /** This refusal as an exception; {@code wanted} completes "cannot ...". */
    public ApiException refused(String wanted) {
        String remedy =
                switch (status) {
                    case FORBIDDEN ->
                            "; see that the control plane's service account has that right (RBAC)";
                    case UNAUTHORIZED ->
                            "; see that its token or certificate is good for this cluster";
                    default -> "";
                };
        return new ApiException("cannot " + wanted + ": " + message() + remedy, this);
    }

    /** The same without a remedy, where it is a user who lacks the right and not we. */
    public ApiException refusedToUser(String wanted) {
        return new ApiException("cannot " + wanted + ": " + message(), this);
    }

    /**
     * The object.
     *
     * @throws ApiException if it was refused
     */
    public JsonNode orThrow(String wanted) throws ApiException {
        if (!done()) {
            throw refused(wanted);
        }
        return body;
    }
}
