package io.peakmesh.injector.patch;

/** Leaves the reading of a pod in its middle; becomes {@link Injection.Refused} at the door. */
final class Unfit extends Exception {
    private static final long serialVersionUID = 1;

    private final String field;
    private final String reason;

    Unfit(String field, String reason) {
        super(reason, null, false, false);
        this.field = field;
        this.reason = reason;
    }

    Injection.Refused refused() {
        return new Injection.Refused(field, reason);
    }
}
