package io.peakmesh.injector.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.injector.webhook.Admission.Answer.Allowed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** What callers see of a server that is about to end. */
final class LeavingTest {
    private static final String CLOSE = "connection: close";

    @Test
    void answersOnceMoreOnAKeptConnectionAndOnNewOnes() throws Exception {
        try (Calls calls = new Calls()) {
            calls.serving(calls.builder().validate("/validate", _ -> new Allowed(List.of())));
            try (SSLSocket kept = calls.socket();
                    BufferedReader in = reader(kept)) {
                assertThat(ask(kept, in)).contains("http/1.1 200 ok").doesNotContain(CLOSE);
                assertThat(ask(kept, in)).contains("http/1.1 200 ok").doesNotContain(CLOSE);

                calls.server().leave();

                assertThat(ask(kept, in)).contains("http/1.1 200 ok", CLOSE);
                assertThat(in.read()).isEqualTo(-1);
            }
            for (int i = 0; i < 3; i++) {
                try (SSLSocket late = calls.socket();
                        BufferedReader in = reader(late)) {
                    assertThat(ask(late, in)).contains("http/1.1 200 ok", CLOSE);
                    assertThat(in.read()).isEqualTo(-1);
                }
            }
        }
    }

    private static BufferedReader reader(SSLSocket socket) throws IOException {
        return new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    /** The answer's status and headers; its body is read away. */
    private static List<String> ask(SSLSocket socket, BufferedReader in) throws IOException {
        socket.getOutputStream()
                .write(
                        "GET /healthz HTTP/1.1\r\nhost: here\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
        List<String> head = new ArrayList<>();
        int length = 0;
        for (String line = in.readLine(); !"".equals(line); line = in.readLine()) {
            assertThat(line).as("after " + head).isNotNull();
            head.add(line.toLowerCase(Locale.ROOT));
            if (head.getLast().startsWith("content-length: ")) {
                length = Integer.parseInt(head.getLast().substring(16));
            }
        }
        for (int i = 0; i < length; i++) {
            assertThat(in.read()).isNotNegative();
        }
        return head;
    }
}
