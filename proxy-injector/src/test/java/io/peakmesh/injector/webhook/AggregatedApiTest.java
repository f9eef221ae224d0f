package io.peakmesh.injector.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.injector.webhook.Admission.Answer.Allowed;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class AggregatedApiTest {
    private static final String BASE = "/apis/diagnostics.peakmesh.io/v1alpha1";

    private final Calls calls = new Calls();
    private final Pki frontProxyCa = new Pki("front-proxy-ca", calls.now);
    private volatile List<String> allowedNames = List.of("front-proxy-client");
    private volatile String caPem = frontProxyCa.pem();

    /** Says what it was asked. */
    private record Echo(String group, String version) implements AggregatedApi {
        @Override
        public List<Resource> resources() {
            return List.of(new Resource("proxies", "Proxy", false, List.of("get", "list")));
        }

        @Override
        public Response answer(
                String method, String path, Map<String, String> query, Caller caller) {
            if (path.equals("broken")) {
                throw new IllegalStateException("broken");
            }
            Map<String, Object> echo = new TreeMap<>();
            echo.put("asked", method + " " + path);
            echo.put("query", query);
            echo.put("user", caller.user());
            echo.put("groups", caller.groups());
            return new Response(path.equals("none") ? 404 : 200, echo);
        }
    }

    @BeforeEach
    void serve() throws Exception {
        FrontProxy frontProxy =
                () ->
                        new FrontProxy.Settings(
                                caPem,
                                allowedNames,
                                List.of("X-Remote-User"),
                                List.of("X-Remote-Group"));
        calls.serving(
                calls.builder()
                        .validate("/validate", request -> new Allowed(List.of()))
                        .api(new Echo("diagnostics.peakmesh.io", "v1alpha1"), frontProxy)
                        .api(new Echo("metrics.smi-spec.io", "v1alpha2"), frontProxy)
                        .api(new Echo("metrics.smi-spec.io", "v1alpha1"), frontProxy));
    }

    @AfterEach
    void close() {
        calls.close();
    }

    private Calls.Answer ask(Pki.@Nullable Identity identity, String path) throws Exception {
        try (var client = calls.client(identity)) {
            return Calls.ask(client, asAna(path).build());
        }
    }

    private HttpRequest.Builder asAna(String path) {
        return calls.to(path)
                .header("x-remote-user", "ana")
                .header("x-remote-group", "ops")
                .header("x-remote-group", "dev");
    }

    @Test
    void believesTheFrontProxyWhoAsks() throws Exception {
        Calls.Answer answer =
                ask(
                        frontProxyCa.client("front-proxy-client"),
                        BASE + "/proxies/a%2520b?labelSelector=app%3Dweb&x=a+b&x=second&flag");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.raw().body())
                .isEqualTo(
                        "{\"asked\":\"GET proxies/a%20b\",\"groups\":[\"dev\",\"ops\"],"
                                + "\"query\":{\"flag\":\"\",\"labelSelector\":\"app=web\","
                                + "\"x\":\"a b\"},\"user\":\"ana\"}");
    }

    private void assertUnauthorized(Calls.Answer answer, String why) {
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.body().get("kind").asText()).isEqualTo("Status");
        assertThat(answer.body().get("reason").asText()).isEqualTo("Unauthorized");
        assertThat(answer.body().get("message").asText()).contains(why);
    }

    @Test
    void refusesHeadersOfACallerWithoutACertificate() throws Exception {
        for (String path : List.of("/apis", "/apis/metrics.smi-spec.io", BASE, BASE + "/proxies")) {
            assertUnauthorized(ask(null, path), "no client certificate");
        }
    }

    @Test
    void refusesACertificateOfAnotherAuthorityOfTheSameName() throws Exception {
        Pki other = new Pki("front-proxy-ca", calls.now);
        assertUnauthorized(ask(other.client("front-proxy-client"), BASE + "/proxies"), "accepted");
        assertUnauthorized(
                ask(calls.authority.client("front-proxy-client"), BASE + "/proxies"), "accepted");
    }

    @Test
    void refusesACommonNameThatIsNotAllowed() throws Exception {
        assertUnauthorized(
                ask(frontProxyCa.client("someone"), BASE + "/proxies"),
                "name is not an allowed one");
        allowedNames = List.of();
        assertThat(ask(frontProxyCa.client("someone"), BASE + "/proxies").status()).isEqualTo(200);
    }

    @Test
    void refusesAnExpiredCertificate() throws Exception {
        Pki.Identity expired =
                frontProxyCa.leaf(
                        "CN=front-proxy-client",
                        KeyPurposeId.id_kp_clientAuth,
                        Duration.ofHours(-1));
        assertUnauthorized(ask(expired, BASE + "/proxies"), "not accepted");
    }

    @Test
    void refusesAServersCertificate() throws Exception {
        Pki.Identity server =
                frontProxyCa.leaf(
                        "CN=front-proxy-client",
                        KeyPurposeId.id_kp_serverAuth,
                        Duration.ofHours(1));
        // The JDK's client would not offer it where the server names purposes; ours is made to.
        assertUnauthorized(ask(server, BASE + "/proxies"), "not for TLS clients");
    }

    @Test
    void refusesAFrontProxyThatNamesNobody() throws Exception {
        try (var client = calls.client(frontProxyCa.client("front-proxy-client"))) {
            assertUnauthorized(Calls.ask(client, calls.to(BASE + "/x").build()), "who asks");
        }
    }

    @Test
    void believesNobodyWhileTheAuthorityIsUnknownAndTheNewOneAfterAChange() throws Exception {
        Pki.Identity client = frontProxyCa.client("front-proxy-client");
        caPem = "";
        assertUnauthorized(ask(client, BASE), "not known yet");
        caPem = "-----BEGIN CERTIFICATE-----\nrubbish";
        assertUnauthorized(ask(client, BASE), "not accepted");
        caPem = new Pki("other", calls.now).pem() + frontProxyCa.pem();
        assertThat(ask(client, BASE).status()).isEqualTo(200);
    }

    @Test
    void listsGroupsVersionsAndResources() throws Exception {
        Pki.Identity client = frontProxyCa.client("front-proxy-client");
        var groups = ask(client, "/apis").body();
        assertThat(groups.get("kind").asText()).isEqualTo("APIGroupList");
        assertThat(groups.get("groups")).hasSize(2);
        var group = ask(client, "/apis/metrics.smi-spec.io/").body();
        assertThat(group.get("kind").asText()).isEqualTo("APIGroup");
        assertThat(group.get("versions")).hasSize(2);
        assertThat(group.at("/preferredVersion/version").asText()).isEqualTo("v1alpha2");
        assertThat(ask(client, BASE).raw().body())
                .isEqualTo(
                        "{\"kind\":\"APIResourceList\",\"apiVersion\":\"v1\",\"groupVersion\":"
                                + "\"diagnostics.peakmesh.io/v1alpha1\",\"resources\":[{\"name\":"
                                + "\"proxies\",\"singularName\":\"\",\"namespaced\":false,"
                                + "\"kind\":\"Proxy\",\"verbs\":[\"get\",\"list\"]}]}");
    }

    @Test
    void answersErrorsAsStatus() throws Exception {
        Pki.Identity client = frontProxyCa.client("front-proxy-client");
        assertThat(ask(client, BASE + "/none").status()).isEqualTo(404);
        assertThat(ask(client, BASE + "/broken").status()).isEqualTo(500);
        assertThat(ask(client, "/apis/other.io/v1/x").status()).isEqualTo(404);
        assertThat(ask(client, "/apis/metrics.smi-spec.io/v9/x").status()).isEqualTo(404);
        assertThat(ask(client, BASE + "/a/../b").status()).isEqualTo(400);
        assertThat(ask(client, BASE + "/a%2Fb").status()).isEqualTo(400);
        assertThat(ask(client, BASE + "//a").status()).isEqualTo(400);
        try (var http = calls.client(client)) {
            assertThat(Calls.ask(http, asAna(BASE + "/x").DELETE().build()).status())
                    .isEqualTo(405);
            var post = asAna(BASE + "/x").POST(HttpRequest.BodyPublishers.ofString("{}")).build();
            assertThat(Calls.ask(http, post).body().get("asked").asText()).isEqualTo("POST x");
        }
    }

    @Test
    void describesNothingInOpenApiButAnswers() throws Exception {
        assertThat(calls.get("/openapi/v2").body().get("swagger").asText()).isEqualTo("2.0");
        assertThat(calls.get("/openapi/v3").raw().body()).isEqualTo("{\"paths\":{}}");
    }

    @Test
    void webhooksAndHealthNeedNoCertificate() throws Exception {
        assertThat(calls.get("/healthz").raw().body()).isEqualTo("ok");
        assertThat(calls.post("/validate", Calls.admissionReview("CREATE", Map.of())).status())
                .isEqualTo(200);
        assertThat(calls.get("/validate").status()).isEqualTo(405);
        assertThat(calls.get("/nothing").status()).isEqualTo(404);
    }
}
