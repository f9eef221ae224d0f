package io.peakmesh.injector.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.peakmesh.injector.http.HttpReply;
import java.util.LinkedHashMap;
import java.util.Map;

/** Replies in JSON; errors as the Kubernetes object that {@code kubectl} prints. */
final class Replies {
    private Replies() {}

    static HttpReply json(int status, Object body) {
        try {
            return HttpReply.of(status, "application/json", Json.MAPPER.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("answer cannot be written as JSON", e);
        }
    }

    static HttpReply error(int code, String message) {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("kind", "Status");
        status.put("apiVersion", "v1");
        status.put("metadata", Map.of());
        status.put("status", "Failure");
        status.put("message", message);
        status.put("reason", reason(code));
        status.put("code", code);
        HttpReply reply = json(code, status);
        // The API server's client tries again by itself when it is told to.
        return code == 429 ? reply.with("retry-after", "1") : reply;
    }

    /** Kubernetes' word for a code (StatusReason in its API). */
    private static String reason(int code) {
        return switch (code) {
            case 400 -> "BadRequest";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "NotFound";
            case 405 -> "MethodNotAllowed";
            case 413 -> "RequestEntityTooLarge";
            case 429 -> "TooManyRequests";
            case 503 -> "ServiceUnavailable";
            default -> "InternalError";
        };
    }
}
