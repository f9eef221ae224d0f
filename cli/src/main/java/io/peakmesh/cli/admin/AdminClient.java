package io.peakmesh.cli.admin;

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
import java.time.Duration;

/** Asks the control plane that works on a state folder. */
public final class AdminClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final String url;
    private final String password;

    private AdminClient(String url, String password) {
        this.url = url;
        this.password = password;
    }

    /** Reads where the control plane listens from its state folder. */
    public static AdminClient of(Path state) {
        Path file = state.resolve(AdminServer.FILE);
        try {
            JsonNode where = JSON.readTree(Files.readString(file));
            return new AdminClient(where.path("url").asText(), where.path("password").asText());
        } catch (IOException e) {
            throw new CliException(
                    "no control plane works on "
                            + state
                            + " ("
                            + file.getFileName()
                            + " cannot be read); start one with: mesh control-plane --source DIR"
                            + " --state "
                            + state,
                    e);
        }
    }

    public JsonNode get(String path) {
        return send(HttpRequest.newBuilder(URI.create(url + path)).GET());
    }

    public JsonNode post(String path) {
        return send(
                HttpRequest.newBuilder(URI.create(url + path))
                        .POST(HttpRequest.BodyPublishers.noBody()));
    }

    private JsonNode send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response =
                    http.send(
                            request.header("authorization", "Bearer " + password)
                                    .timeout(TIMEOUT)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            JsonNode body = JSON.readTree(response.body());
            if (response.statusCode() != 200) {
                throw new CliException(
                        body.path("error").asText("status " + response.statusCode()));
            }
            return body;
        } catch (IOException e) {
            throw new CliException(
                    "the control plane at "
                            + url
                            + " does not answer ("
                            + e
                            + "); is it running? See: mesh control-plane --help",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException("interrupted", e);
        }
    }
}
