package io.peakmesh.cli.balancer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.HostPort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** The page {@value #PATH} of one Envoy's admin interface. */
public final class BalancerPage {
    static final String PATH = "/peakmesh/endpoints";

    /** The form of the page that this build reads. */
    private static final String VERSION = "v1";

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int NOT_FOUND = 404;

    private static final String SEE = "; see which proxies are connected: mesh check --proxy";

    private BalancerPage() {}

    /**
     * Reads the page.
     *
     * @param workload whose proxy it is, for the message if it cannot be read; may be empty
     * @throws CliException if nobody answers, or without the module
     */
    public static JsonNode read(HostPort admin, String workload) {
        String whose = (workload.isEmpty() ? "" : "of " + workload + " ") + "at " + admin;
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
            HttpResponse<String> response =
                    http.send(
                            HttpRequest.newBuilder(URI.create("http://" + admin + PATH))
                                    .timeout(TIMEOUT)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() == NOT_FOUND) {
                throw new CliException(
                        "the proxy "
                                + whose
                                + " runs without the Peak-EWMA module; see why: mesh check"
                                + " --proxy");
            }
            if (response.statusCode() != 200) {
                throw new CliException(
                        "the admin interface "
                                + whose
                                + " answers with status "
                                + response.statusCode());
            }
            return checked(new ObjectMapper().readTree(response.body()), whose);
        } catch (JsonProcessingException e) {
            throw new CliException(
                    "what listens " + whose + " is no Envoy with the Peak-EWMA module" + SEE, e);
        } catch (IOException | IllegalArgumentException e) {
            throw new CliException(
                    "the admin interface " + whose + " does not answer (" + e + ")" + SEE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException("interrupted", e);
        }
    }

    private static JsonNode checked(JsonNode page, String whose) {
        if (!page.path("version").asText().equals(VERSION) || !page.path("endpoints").isArray()) {
            throw new CliException(
                    "the module of the proxy "
                            + whose
                            + " is of another version than this command; use the mesh command that"
                            + " started the proxy");
        }
        return page;
    }
}
