package io.peakmesh.injector.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class HttpServerLimitsTest {
    /** The JDK tells its idle limit to callers of HTTP/1.0 only. */
    @Test
    void keepsConnectionsLongerThanGosClientDoes() throws Exception {
        try (Calls calls = new Calls();
                var socket = calls.serving(calls.builder()).socket()) {
            socket.getOutputStream()
                    .write(
                            "GET /healthz HTTP/1.0\r\nconnection: keep-alive\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).containsIgnoringCase("keep-alive: timeout=150");
        }
    }
}
