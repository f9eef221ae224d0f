package io.peakmesh.injector.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peakmesh.injector.webhook.Admission.Answer.Allowed;
import io.peakmesh.injector.webhook.Conversion.Converted;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HostileCallersTest {
    private final Calls calls = new Calls();
    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private final CountDownLatch asked = new CountDownLatch(1);

    @BeforeEach
    void serve() throws Exception {
        calls.serving(
                calls.builder()
                        .validate("/validate", request -> new Allowed(List.of()))
                        .validate(
                                "/slow",
                                request -> {
                                    asked.countDown();
                                    awaitLeave();
                                    return new Allowed(List.of());
                                })
                        .convert("/convert", (object, desired) -> new Converted.Failed("no")));
    }

    private void awaitLeave() {
        try {
            assertThat(mayAnswer.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void close() {
        mayAnswer.countDown();
        calls.close();
    }

    private void assertServes() throws Exception {
        assertThat(calls.post("/validate", Calls.admissionReview("CREATE", Map.of())).status())
                .isEqualTo(200);
    }

    @Test
    void answersHostileJsonWithAStatus() throws Exception {
        String review = Calls.JSON.writeValueAsString(Calls.admissionReview("CREATE", "OBJECT"));
        for (String path : List.of("/validate", "/convert")) {
            for (String json :
                    List.of(
                            "",
                            "[]",
                            "null",
                            "{",
                            "{}",
                            "{\"request\":7}",
                            "\u0000\u0001",
                            "{\"request\":{\"uid\":{}}}",
                            "[".repeat(1_000_000),
                            "{\"a\":".repeat(1_000_000),
                            "{\"a\":1" + "0".repeat(5000) + "}",
                            review,
                            review + "x",
                            review.replace("\"OBJECT\"", "[".repeat(499) + "]".repeat(499)))) {
                Calls.Answer answer = calls.postText(path, json);
                assertThat(answer.status()).isEqualTo(400);
                assertThat(answer.body().get("kind").asText()).isEqualTo("Status");
                assertThat(answer.body().get("code").asInt()).isEqualTo(400);
            }
        }
        assertServes();
    }

    @Test
    void takesAnObjectThatIsNestedAsDeeplyAsIsAllowed() throws Exception {
        String nested = "{\"a\":".repeat(400) + "1" + "}".repeat(400);
        String review = Calls.JSON.writeValueAsString(Calls.admissionReview("CREATE", "OBJECT"));
        assertThat(calls.postText("/validate", review.replace("\"OBJECT\"", nested)).status())
                .isEqualTo(200);
    }

    @Test
    void refusesBodiesThatAreTooLargeAnnouncedOrNot() throws Exception {
        byte[] large = new byte[AdmissionEndpoint.MAX_BYTES + 1];
        java.util.Arrays.fill(large, (byte) ' ');
        var announced = HttpRequest.BodyPublishers.ofByteArray(large);
        var chunked =
                HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large));
        for (var body : List.of(announced, chunked)) {
            Calls.Answer answer =
                    Calls.ask(calls.client(), calls.to("/validate").POST(body).build());
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body().get("reason").asText()).isEqualTo("RequestEntityTooLarge");
        }
        assertServes();
    }

    @Test
    void takesBodiesInChunksAndBodiesItMustAskFor() throws Exception {
        byte[] review = Calls.JSON.writeValueAsBytes(Calls.admissionReview("CREATE", Map.of()));
        var chunked =
                HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(review));
        HttpRequest inChunks = calls.to("/validate").POST(chunked).build();
        HttpRequest asking =
                calls.to("/validate")
                        .expectContinue(true)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(review))
                        .build();
        for (int i = 0; i < 3; i++) {
            assertThat(Calls.ask(calls.client(), inChunks).status()).isEqualTo(200);
            assertThat(Calls.ask(calls.client(), asking).status()).isEqualTo(200);
        }
    }

    @Test
    void endsTheConnectionOfWhoSpeaksNoHttp() throws Exception {
        for (String bad :
                List.of(
                        "rubbish\r\n\r\n",
                        "POST /x HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
                        "POST /x HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
                        """
                        POST /x HTTP/1.1
                        content-length: 1
                        transfer-encoding: chunked

                        """)) {
            assertThat(spoken(bad)).as(bad).startsWith("HTTP/1.1 400 ");
        }
        String chunked = "POST /validate HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n";
        assertThat(spoken(chunked + "xyz\r\n")).isEmpty();
        assertThat(spoken(chunked + "ffffffffff\r\n{")).isEmpty();
        assertThat(spoken("GET / HTTP/1.1\r\na: " + "b".repeat(200_000) + "\r\n\r\n")).isEmpty();
        assertThat(spoken("GET /healthz HTTP/1.0\r\n\r\n")).endsWith("\r\n\r\nok");
        assertServes();
    }

    /** What the server answers until it ends the connection. */
    private String spoken(String bytes) throws IOException {
        try (var socket = calls.socket()) {
            String lines = bytes.replace("\r\n", "\n").replace("\n", "\r\n");
            socket.getOutputStream().write(lines.getBytes(StandardCharsets.UTF_8));
            socket.setSoTimeout(60_000);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (SSLException | SocketException reset) {
            return "";
        }
    }

    @Test
    void answersRequestsThatWereSentWithoutWaiting() throws Exception {
        String both =
                spoken(
                        """
                        GET /healthz HTTP/1.1

                        POST /nothing HTTP/1.1
                        content-length: 3

                        abcGET /healthz HTTP/1.1
                        connection: close

                        """);
        assertThat(both.split("HTTP/1.1 200", -1)).hasSize(3);
        assertThat(both.split("HTTP/1.1 404", -1)).hasSize(2);
    }

    @Test
    void servesOthersBesideHundredsOfHalfRequests() throws Exception {
        List<AutoCloseable> half = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                half.add(new Socket(InetAddress.getLoopbackAddress(), calls.server().port()));
                var socket = calls.socket();
                half.add(socket);
                OutputStream out = socket.getOutputStream();
                String head =
                        i % 2 == 0
                                ? "POST /validate HT"
                                : "POST /convert HTTP/1.1\r\ncontent-length: 2000\r\n\r\n{";
                out.write(head.getBytes(StandardCharsets.US_ASCII));
                out.flush();
            }
            assertServes();
            assertThat(calls.postText("/convert", "{}").status()).isEqualTo(400);
        } finally {
            for (AutoCloseable socket : half) {
                socket.close();
            }
        }
        assertServes();
    }

    @Test
    void endsAnExchangeThatTakesTooLong() throws Exception {
        calls.server().close();
        calls.serving(
                calls.builder().validate("/validate", request -> new Allowed(List.of())), 500);
        for (String half : List.of("", "POST /val", "POST /validate HTTP/1.1\r\nhost: x\r\n")) {
            assertThat(spoken(half)).isEmpty();
        }
        try (var unread = calls.socket()) {
            OutputStream out = unread.getOutputStream();
            byte[] ask = "GET /openapi/v2 HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            assertThatThrownBy(
                            () -> {
                                for (int i = 0; i < 1_000_000; i++) {
                                    out.write(ask);
                                }
                            })
                    .isInstanceOf(IOException.class);
        }
        assertServes();
    }

    @Test
    void letsARunningRequestEndWhenItCloses() throws Exception {
        CompletableFuture<Integer> slow =
                CompletableFuture.supplyAsync(() -> {
                    try {
                        return calls.post("/slow", Calls.admissionReview("CREATE", Map.of()))
                                .status();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
        assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
        try (var idle = calls.socket()) {
            idle.startHandshake();
            int port = calls.server().port();
            Thread closing = Thread.ofVirtual().start(() -> calls.server().close());
            Awaitility.await().until(() -> isClosed(port));
            mayAnswer.countDown();
            assertThat(slow.get(60, TimeUnit.SECONDS)).isEqualTo(200);
            assertThat(endOf(idle.getInputStream())).isTrue();
            closing.join();
        }
    }

    private static boolean isClosed(int port) {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return false;
        } catch (IOException refused) {
            return true;
        }
    }

    private static boolean endOf(InputStream in) {
        try {
            return in.read() < 0;
        } catch (IOException reset) {
            return true;
        }
    }
}
