package io.peakmesh.benchmarks.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HttpTest {
    private static ByteBuffer bytes(String text) {
        return ByteBuffer.allocate(4_096).put(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void knowsTheStatusAndTheBackendOfAWholeResponse() {
        assertThat(
                        Http.response(
                                bytes(
                                        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nX-Backend: 12\r\n"
                                                + "server: envoy\r\n\r\nok")))
                .contains(new Http.Response(200, 12));
    }

    @Test
    void anAnswerOfTheProxyItselfIsFromNoBackend() {
        assertThat(Http.response(bytes("HTTP/1.1 503 No\r\ncontent-length: 3\r\n\r\nbad")))
                .contains(new Http.Response(503, Measurement.NONE));
    }

    @Test
    void waitsForTheRestOfABody() {
        assertThat(Http.response(bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\no"))).isEmpty();
        assertThat(Http.response(bytes("HTTP/1.1 200 OK\r\ncontent-le"))).isEmpty();
    }

    @Test
    void aRequestIsWholeAtItsBlankLine() {
        assertThat(Http.complete(bytes("GET / HTTP/1.1\r\nhost: bench\r\n"))).isFalse();
        assertThat(Http.complete(bytes("GET / HTTP/1.1\r\nhost: bench\r\n\r\n"))).isTrue();
    }
}
