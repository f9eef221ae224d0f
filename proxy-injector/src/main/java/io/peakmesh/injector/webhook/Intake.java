package io.peakmesh.injector.webhook;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Where requests with a body wait for their turn. A small body, as nearly all are, is read before;
 * so callers that send half a body and then nothing hold up only others with large ones.
 */
record Intake(Gate small, Gate large) {
    /** All connections together hold 32 MiB of these at most. */
    static final int SMALL_BYTES = 32 * 1024;

    /** What is done in turn. */
    interface Work {
        Reply on(InputStream body) throws IOException;
    }

    Reply inTurn(Call call, long maxBytes, int weight, Work work) throws IOException {
        InputStream body = call.body(maxBytes);
        if (call.length() < 0 || call.length() > SMALL_BYTES) {
            try (var _ = large.enter(weight)) {
                return work.on(body);
            }
        }
        byte[] bytes = body.readAllBytes();
        try (var _ = small.enter(weight)) {
            return work.on(new ByteArrayInputStream(bytes));
        }
    }
}
