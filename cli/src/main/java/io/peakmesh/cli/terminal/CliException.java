package io.peakmesh.cli.terminal;

/** What the user must be told in one line; ends the command with exit code 1 and no stack trace. */
public final class CliException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CliException(String message) {
        super(message);
    }

    public CliException(String message, Throwable cause) {
        super(message, cause);
    }
}
