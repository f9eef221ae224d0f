package io.peakmesh.injector.webhook;

import java.io.IOException;

/** Answers requests; called from many virtual threads. */
interface Handler {
    /**
     * Answers one request. What it throws ends the connection without an answer.
     *
     * @throws IOException when the caller is gone or sent half a request
     */
    Reply answer(Call call) throws IOException;
}
