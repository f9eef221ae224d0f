package io.peakmesh.smi.status;

import io.peakmesh.model.Invalid;
import io.peakmesh.model.Invalid.Cause;
import io.peakmesh.model.Invalid.Severity;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the status of an SMI object says: {@code Accepted}, whether this version of it is in force,
 * and {@code Programmed}, whether every proxy that uses it has it. Two control planes that know the
 * same say the same, but for the times.
 */
public final class Conditions {
    /** Of a status that was read; more are not looked at. */
    private static final int MAX_WRITTEN = 32;

    private static final String TRUE = "True";
    private static final String FALSE = "False";
    private static final String UNKNOWN = "Unknown";
    private static final String NOT_ACCEPTED = "NotAccepted";
    private static final String PENDING = "Pending";

    private Conditions() {}

    /**
     * Both conditions. An object that no proxy uses counts as programmed, so that whoever waits for
     * it need not wait for a first caller.
     *
     * @param programmed empty while it is not known: then what the object says of its present
     *     generation stays
     * @param now becomes the time of what changed, in whole seconds as Kubernetes keeps them
     */
    public static List<Condition> of(
            Judgement judgement, Optional<Programmed> programmed, Instant now) {
        return List.of(accepted(judgement, now), programmed(judgement, programmed, now));
    }

    /**
     * Whether {@code wanted} must be written: the times, and conditions of others, do not count.
     */
    public static boolean differs(List<Condition> written, List<Condition> wanted) {
        return wanted.stream()
                .anyMatch(condition ->
                        find(written, condition.type()).filter(condition::saysTheSameAs).isEmpty());
    }

    /**
     * The conditions in an object's status as it was read; what is none is left out, and of two of
     * one type the second.
     */
    public static List<Condition> written(@Nullable Object status) {
        List<Condition> written = new ArrayList<>();
        if (status instanceof Map<?, ?> fields && fields.get("conditions") instanceof List<?> all) {
            for (Object item : all.subList(0, Math.min(all.size(), MAX_WRITTEN))) {
                read(item)
                        .filter(condition -> find(written, condition.type()).isEmpty())
                        .ifPresent(written::add);
            }
        }
        return List.copyOf(written);
    }

    static Condition accepted(Judgement judgement, Instant now) {
        List<Invalid> problems = judgement.problems();
        if (judgement.accepted()) {
            String reason =
                    problems.stream()
                            .map(Invalid::cause)
                            .filter(cause -> cause != Cause.INVALID)
                            .map(Cause::reason)
                            .findFirst()
                            .orElse(Condition.ACCEPTED);
            String message = problems.isEmpty() ? "is in force" : Wording.joined(problems);
            return made(judgement, Condition.ACCEPTED, TRUE, reason, message, now);
        }
        List<Invalid> errors =
                problems.stream().filter(p -> p.severity() == Severity.ERROR).toList();
        String reason =
                errors.isEmpty() ? Cause.INVALID.reason() : errors.getFirst().cause().reason();
        String message = errors.isEmpty() ? "is refused" : Wording.joined(errors);
        return made(judgement, Condition.ACCEPTED, FALSE, reason, message, now);
    }

    private static Condition programmed(
            Judgement judgement, Optional<Programmed> programmed, Instant now) {
        if (!judgement.accepted()) {
            boolean earlier = !judgement.services().isEmpty() || !judgement.accounts().isEmpty();
            String message =
                    earlier
                            ? "this version is not accepted: the last good one stays served"
                            : "this version is not accepted, and nothing of it is served";
            return made(judgement, Condition.PROGRAMMED, FALSE, NOT_ACCEPTED, message, now);
        }
        if (programmed.isEmpty()) {
            return find(judgement.written(), Condition.PROGRAMMED)
                    .filter(c -> c.observedGeneration() == judgement.generation())
                    .filter(c -> !c.reason().equals(NOT_ACCEPTED))
                    .orElseGet(() ->
                            made(
                                    judgement,
                                    Condition.PROGRAMMED,
                                    UNKNOWN,
                                    PENDING,
                                    "it is not known yet which proxies have it",
                                    now));
        }
        return programmed(judgement, programmed.get(), now);
    }

    private static Condition programmed(Judgement judgement, Programmed programmed, Instant now) {
        String status;
        String reason;
        String message = programmed.acked() + "/" + programmed.proxies() + " proxies have it";
        if (!programmed.refusals().isEmpty()) {
            status = FALSE;
            reason = "Refused";
            int more = programmed.refusals().size() - 1;
            message += "; refused by " + programmed.refusals().getFirst();
            message = Wording.cut(message) + (more > 0 ? " (and by more proxies)" : "");
        } else if (programmed.proxies() == 0) {
            status = TRUE;
            reason = "NoProxies";
            message = "no proxy uses it yet: the first one that does will have it";
        } else if (programmed.acked() < programmed.proxies()) {
            status = FALSE;
            reason = PENDING;
        } else {
            status = TRUE;
            reason = Condition.PROGRAMMED;
        }
        return made(judgement, Condition.PROGRAMMED, status, reason, message, now);
    }

    private static Condition made(
            Judgement judgement,
            String type,
            String status,
            String reason,
            String message,
            Instant now) {
        Instant since =
                find(judgement.written(), type)
                        .filter(written -> written.status().equals(status))
                        .map(Condition::since)
                        .orElse(now.truncatedTo(ChronoUnit.SECONDS));
        return new Condition(type, status, reason, message, judgement.generation(), since);
    }

    static Optional<Condition> find(List<Condition> conditions, String type) {
        return conditions.stream().filter(c -> c.type().equals(type)).findFirst();
    }

    private static Optional<Condition> read(@Nullable Object item) {
        if (item instanceof Map<?, ?> fields
                && fields.get("type") instanceof String type
                && fields.get("status") instanceof String status
                && fields.get("lastTransitionTime") instanceof String time) {
            try {
                return Optional.of(
                        new Condition(
                                type,
                                status,
                                fields.get("reason") instanceof String text ? text : "",
                                fields.get("message") instanceof String text ? text : "",
                                fields.get("observedGeneration") instanceof Number number
                                        ? number.longValue()
                                        : 0,
                                Instant.parse(time)));
            } catch (DateTimeException noTime) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }
}
