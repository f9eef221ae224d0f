package io.peakmesh.injector.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.injector.webhook.Admission.Answer.Allowed;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

final class RotationTest {
    @Test
    void servesARenewedCertificateWithoutAFailedRequest() throws Exception {
        try (Calls calls = new Calls();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            calls.serving(calls.builder().validate("/validate", r -> new Allowed(List.of())));
            AtomicBoolean enough = new AtomicBoolean();
            AtomicInteger answered = new AtomicInteger();
            List<Future<?>> load =
                    IntStream.range(0, 8)
                            .<Future<?>>mapToObj(_ ->
                                    threads.submit(() -> {
                                        while (!enough.get()) {
                                            askOnANewConnection(calls);
                                            answered.incrementAndGet();
                                        }
                                        return null;
                                    }))
                            .toList();
            for (int i = 0; i < 8; i++) {
                Pki.Identity next = calls.authority.server();
                calls.keys.set(next);
                assertThat(served(calls)).isEqualTo(next.chain().getFirst());
                int before = answered.get();
                Awaitility.await()
                        .until(() ->
                                answered.get() > before + 4
                                        || load.stream().anyMatch(Future::isDone));
            }
            enough.set(true);
            for (Future<?> one : load) {
                one.get();
            }
        }
    }

    @Test
    void serversOfBothTlsVersionsAreSpokenTo() throws Exception {
        try (Calls calls = new Calls()) {
            calls.serving(calls.builder().validate("/validate", r -> new Allowed(List.of())));
            for (String version : List.of("TLSv1.2", "TLSv1.3")) {
                try (SSLSocket socket = calls.socket()) {
                    socket.setEnabledProtocols(new String[] {version});
                    var parameters = socket.getSSLParameters();
                    // What Go's client offers; it must fall back.
                    parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
                    socket.setSSLParameters(parameters);
                    socket.startHandshake();
                    assertThat(socket.getSession().getProtocol()).isEqualTo(version);
                    assertThat(socket.getApplicationProtocol()).isEmpty();
                }
            }
        }
    }

    private static void askOnANewConnection(Calls calls) throws Exception {
        try (var client = calls.client(null)) {
            var body =
                    java.net.http.HttpRequest.BodyPublishers.ofString(
                            Calls.JSON.writeValueAsString(
                                    Calls.admissionReview("CREATE", Map.of())));
            assertThat(Calls.ask(client, calls.to("/validate").POST(body).build()).status())
                    .isEqualTo(200);
        }
    }

    private static X509Certificate served(Calls calls) throws Exception {
        try (SSLSocket socket = calls.socket()) {
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }
}
