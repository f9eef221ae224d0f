package io.peakmesh.smi.status;

import java.time.Instant;

/**
 * One condition of a status (meta/v1 Condition).
 *
 * @param status True, False or Unknown
 * @param reason one CamelCase word
 * @param message for people
 * @param since when {@code status} last changed
 */
public record Condition(
        String type,
        String status,
        String reason,
        String message,
        long observedGeneration,
        Instant since) {
    public static final String ACCEPTED = "Accepted";
    public static final String PROGRAMMED = "Programmed";

    /** Whether both say the same, whenever they began to. */
    boolean saysTheSameAs(Condition other) {
        return type.equals(other.type)
                && status.equals(other.status)
                && reason.equals(other.reason)
                && message.equals(other.message)
                && observedGeneration == other.observedGeneration;
    }
}
