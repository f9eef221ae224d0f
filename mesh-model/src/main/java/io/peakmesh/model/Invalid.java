package io.peakmesh.model;

import java.util.Comparator;

/**
 * A user's mistake, as a value: what is wrong, where, and how to mend it. It never stops another
 * object, or an earlier good version of the same one, from being served.
 *
 * @param where the object
 * @param field its path in the object, for example {@code spec.backends[1].weight}; empty for the
 *     whole object
 * @param reason one sentence for people: what is wrong and what to do
 * @param cause what kind of mistake it is, for programs
 */
public record Invalid(Severity severity, ObjectRef where, String field, String reason, Cause cause)
        implements Comparable<Invalid> {
    private static final Comparator<Invalid> ORDER =
            Comparator.comparing(Invalid::where)
                    .thenComparing(Invalid::field)
                    .thenComparing(Invalid::reason)
                    .thenComparing(Invalid::severity)
                    .thenComparing(Invalid::cause);

    /** Whether the object is refused, or taken with a remark. */
    public enum Severity {
        /** The object (or this version of it) is not used. */
        ERROR,
        /** The object is used; part of it does not do what its author may expect. */
        WARNING
    }

    /** The kinds of mistakes, as the reasons of Kubernetes events name them. */
    public enum Cause {
        /** A field is missing, unknown, or has a value that it may not have. */
        INVALID("Invalid"),
        /** It refers to an object that does not exist. */
        DANGLING_REFERENCE("DanglingReference"),
        /** A backend's Service does not exist. */
        MISSING_BACKEND("MissingBackend"),
        /** A backend lacks a port of the service that is divided. */
        PORT_MISMATCH("PortMismatch"),
        /** Another object says otherwise, and that one counts. */
        CONFLICT("Conflict"),
        /** It is taken, and does nothing as it stands. */
        NO_EFFECT("NoEffect");

        private final String reason;

        Cause(String reason) {
            this.reason = reason;
        }

        /** The CamelCase word of an event or a condition. */
        public String reason() {
            return reason;
        }
    }

    public Invalid(Severity severity, ObjectRef where, String field, String reason) {
        this(severity, where, field, reason, Cause.INVALID);
    }

    public static Invalid error(ObjectRef where, String field, String reason) {
        return new Invalid(Severity.ERROR, where, field, reason);
    }

    public static Invalid warning(ObjectRef where, String field, String reason) {
        return new Invalid(Severity.WARNING, where, field, reason);
    }

    @Override
    public int compareTo(Invalid other) {
        return ORDER.compare(this, other);
    }

    /** One line: {@code file: Kind ns/name: field: reason}. */
    @Override
    public String toString() {
        return field.isEmpty() ? where + ": " + reason : where + ": " + field + ": " + reason;
    }
}
