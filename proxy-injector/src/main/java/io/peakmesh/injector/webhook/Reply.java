package io.peakmesh.injector.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is answered; errors are the Kubernetes object that {@code kubectl} prints. */
record Reply(int status, String contentType, Body body) {
    /** At least one byte, written once and then closed, also when nothing was written. */
    interface Body extends AutoCloseable {
        long length();

        void writeTo(OutputStream out) throws IOException;

        /** Gives back what it holds. */
        @Override
        default void close() {}
    }

    static Reply text(String text) {
        return new Reply(200, "text/plain", of(text.getBytes(StandardCharsets.US_ASCII)));
    }

    static Reply json(int status, Object object) {
        try {
            return json(status, of(Json.MAPPER.writeValueAsBytes(object)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("answer cannot be written as JSON", e);
        }
    }

    static Reply json(int status, Body body) {
        return new Reply(status, "application/json", body);
    }

    static Reply error(int code, String message) {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("kind", "Status");
        status.put("apiVersion", "v1");
        status.put("metadata", Map.of());
        status.put("status", "Failure");
        status.put("message", message);
        status.put("reason", reason(code));
        status.put("code", code);
        return json(code, status);
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

    private static Body of(byte[] bytes) {
        return new Body() {
            @Override
            public long length() {
                return bytes.length;
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                out.write(bytes);
            }
        };
    }
}
