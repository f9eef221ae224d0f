package io.peakmesh.identity.state;

/**
 * Why the certificate authority cannot work; its message names the entry of the state (in a folder,
 * the file) and what to do about it.
 */
public final class IdentityException extends RuntimeException {
    /** What kind of thing went wrong. */
    public enum Category {
        /** The state or an entry of it may be read by others, or is not what it must be. */
        STATE_REFUSED,
        /** The state could not be read or written; what was to be written may be there or not. */
        STATE_IO,
        /** No certificate can be issued because the issuing chain is not valid at this time. */
        ISSUER_EXPIRED,
        /** A certificate came out other than asked for; it was thrown away. */
        CERTIFICATE_DEVIATES
    }

    private final Category category;

    public IdentityException(Category category, String message) {
        super(message);
        this.category = category;
    }

    public IdentityException(Category category, String message, Throwable cause) {
        super(message, cause);
        this.category = category;
    }

    public Category category() {
        return category;
    }

    /** An entry that is refused, and why. */
    public static IdentityException refused(State state, String name, String why) {
        return refused(state.place() + "/" + name, why);
    }

    /** A file or folder that is refused, and why. */
    public static IdentityException refused(Object where, String why) {
        return new IdentityException(Category.STATE_REFUSED, where + ": " + why);
    }
}
