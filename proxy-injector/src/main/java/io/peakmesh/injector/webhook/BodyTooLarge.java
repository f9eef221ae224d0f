package io.peakmesh.injector.webhook;

import java.io.IOException;
import java.io.Serial;

/** The request's body has more bytes than its reader takes. Of a kind that Jackson passes on. */
final class BodyTooLarge extends IOException {
    @Serial private static final long serialVersionUID = 1;

    BodyTooLarge(long maxBytes) {
        super("the request's body has more than " + maxBytes + " bytes");
    }
}
