package io.peakmesh.injector.webhook;

import java.io.Serial;

/** A request that is answered with an error instead; the message is sent back. */
final class Refused extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    private final int status;

    Refused(int status, String message) {
        super(message, null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
        this.status = status;
    }

    int status() {
        return status;
    }
}
