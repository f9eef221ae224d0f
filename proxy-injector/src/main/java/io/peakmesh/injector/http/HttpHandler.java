package io.peakmesh.injector.http;

import java.io.IOException;

/** Answers requests; called from many virtual threads. */
public interface HttpHandler {
    /**
     * Answers one request. What it throws ends the connection without an answer.
     *
     * @throws IOException when the caller is gone or sent half a request
     */
    HttpReply answer(HttpRequest request) throws IOException;
}
