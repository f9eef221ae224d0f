package io.peakmesh.injector.http;

import java.io.IOException;
import java.io.Serial;

/** What was sent is not HTTP/1.1 as it is taken here. The message is sent back. */
final class Malformed extends IOException {
    @Serial private static final long serialVersionUID = 1;

    private final int status;

    Malformed(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
