package io.peakmesh.cli.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.peakmesh.cli.terminal.CliException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Server and client over real loopback. */
class AdminTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path state = Path.of("");
    private AdminServer server;

    @BeforeEach
    void start() throws IOException {
        Map<String, AdminServer.Handler> routes = new TreeMap<>();
        routes.put("GET /echo", query -> query);
        routes.put("POST /renew", query -> Map.of("renewing", 3));
        routes.put("GET /rows", query -> List.of(Map.of("a", 1), Map.of("a", 2)));
        routes.put(
                "GET /refusing",
                query -> {
                    throw new IllegalArgumentException("no service shop/none");
                });
        routes.put(
                "GET /broken",
                query -> {
                    throw new IllegalStateException("a bug");
                });
        server = AdminServer.start(state, new SecureRandom(), routes);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private JsonNode file() throws IOException {
        return JSON.readTree(Files.readString(state.resolve("admin.json")));
    }

    private HttpResponse<String> raw(String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(file().path("url").asText() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void theClientFindsItThroughTheStateFolder() {
        AdminClient client = AdminClient.of(state);

        assertThat(client.post("/renew").path("renewing").asInt()).isEqualTo(3);
        assertThat(client.get("/rows")).hasSize(2);
        assertThat(client.get("/echo?service=shop%2Fweb&empty=").toString())
                .isEqualTo("{\"empty\":\"\",\"service\":\"shop/web\"}");
    }

    @Test
    void aValueMayHoldTheSignsThatDivideAQuery() {
        assertThat(AdminClient.of(state).get("/echo?a=x%26b%3Dy").toString())
                .isEqualTo("{\"a\":\"x&b=y\"}");
    }

    @Test
    void theFileWithThePasswordIsItsOwnersAlone() throws IOException {
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(state.resolve("admin.json"))))
                .isEqualTo("rw-------");
        assertThat(file().path("password").asText()).matches("[0-9a-f]{48}");
        assertThat(file().path("url").asText()).startsWith("http://127.0.0.1:");
        try (var files = Files.list(state)) {
            assertThat(files).containsExactly(state.resolve("admin.json"));
        }
    }

    @Test
    void withoutThePasswordThereIsNoAnswer() throws Exception {
        assertThat(raw("/rows").statusCode()).isEqualTo(401);
        assertThat(raw("/rows", "authorization", "Bearer " + "0".repeat(48)).statusCode())
                .isEqualTo(401);
        assertThat(raw("/rows", "authorization", "Bearer ").statusCode()).isEqualTo(401);
        assertThat(raw("/nowhere").body()).doesNotContain("nowhere");
    }

    @Test
    void aWrongPasswordIsOneLineForTheClient() throws IOException {
        String url = file().path("url").asText();
        Files.writeString(
                state.resolve("admin.json"),
                JSON.writeValueAsString(Map.of("url", url, "password", "guess")));

        assertThatThrownBy(() -> AdminClient.of(state).get("/rows"))
                .isInstanceOf(CliException.class)
                .hasMessage("wrong password");
    }

    @Test
    void unknownPathsAndMethodsAreNamed() {
        AdminClient client = AdminClient.of(state);

        assertThatThrownBy(() -> client.get("/nowhere"))
                .isInstanceOf(CliException.class)
                .hasMessage("no such path: /nowhere");
        assertThatThrownBy(() -> client.post("/rows"))
                .isInstanceOf(CliException.class)
                .hasMessage("no such path: /rows");
    }

    @Test
    void whatAHandlerRefusesReachesTheUser() {
        assertThatThrownBy(() -> AdminClient.of(state).get("/refusing"))
                .isInstanceOf(CliException.class)
                .hasMessage("no service shop/none");
    }

    @Test
    void aBugInAHandlerIsAnsweredAndStopsNoOther() {
        AdminClient client = AdminClient.of(state);

        assertThatThrownBy(() -> client.get("/broken"))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("the control plane failed");
        assertThat(client.get("/rows")).hasSize(2);
    }

    @Test
    void afterItsEndTheFileIsGoneAndNobodyAnswers() throws IOException {
        AdminClient before = AdminClient.of(state);
        server.close();

        assertThat(state.resolve("admin.json")).doesNotExist();
        assertThatThrownBy(() -> before.get("/rows"))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("does not answer")
                .hasMessageContaining("is it running?");
        assertThatThrownBy(() -> AdminClient.of(state))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("no control plane works on");
    }

    @Test
    void aFileThatIsNoJsonIsOneLine() throws IOException {
        Files.writeString(state.resolve("admin.json"), "{");

        assertThatThrownBy(() -> AdminClient.of(state))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("admin.json cannot be read");
    }

    @Test
    void aSecondServerOnTheSameFolderTakesOverAndTheFirstLeavesItsFileAlone() throws IOException {
        try (AdminServer second =
                AdminServer.start(
                        state, new SecureRandom(), Map.of("GET /second", query -> List.of()))) {
            assertThat(second).isNotNull();
            server.close();
            assertThat(AdminClient.of(state).get("/second")).isEmpty();
        }
        assertThat(state.resolve("admin.json")).doesNotExist();
    }
}
