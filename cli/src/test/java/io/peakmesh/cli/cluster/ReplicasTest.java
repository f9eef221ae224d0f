package io.peakmesh.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.peakmesh.cli.admin.AdminServer;
import io.peakmesh.cli.run.Meshes;
import io.peakmesh.identity.issue.CaSettings;
import io.peakmesh.identity.issue.CertificateAuthority;
import io.peakmesh.identity.rotation.NewestKeyManager;
import io.peakmesh.identity.rotation.ServerIdentity;
import io.peakmesh.identity.state.StateFolder;
import io.peakmesh.injector.webhook.AggregatedApi.Caller;
import io.peakmesh.injector.webhook.AggregatedApi.Response;
import io.peakmesh.injector.webhook.WebhookServer;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.Settings;
import io.peakmesh.model.TrustDomain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicasTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAMESPACE = "mesh";
    private static final Caller CALLER =
            new Caller("admin", Collections.unmodifiableSortedSet(new TreeSet<>()));

    @TempDir Path folder;
    private final SecureRandom random = new SecureRandom();
    private final List<WebhookServer> servers = new ArrayList<>();
    private CertificateAuthority authority;
    private Mesh mesh;

    @BeforeEach
    void open() {
        authority = authority("own");
        mesh = Mesh.empty(Settings.byDefault());
    }

    private CertificateAuthority authority(String name) {
        return CertificateAuthority.open(
                StateFolder.open(folder.resolve(name), Instant.now()),
                new TrustDomain("cluster.local"),
                CaSettings.byDefault(),
                Instant.now(),
                random);
    }

    @AfterEach
    void close() {
        servers.forEach(WebhookServer::close);
    }

    private Replicas replicas(String own, CertificateAuthority by, String... names) {
        NewestKeyManager keys =
                new NewestKeyManager(
                        ServerIdentity.issue(by, List.of(names), random, Instant.now()));
        return new Replicas(NAMESPACE, own, () -> mesh, authority.bundle()::pem, keys);
    }

    private Replicas replicas(String own) {
        return replicas(own, authority, "peakmesh.mesh.svc");
    }

    /** Its port. */
    private int serve(String name, CertificateAuthority by) throws IOException {
        NewestKeyManager keys =
                new NewestKeyManager(
                        ServerIdentity.issue(
                                by, List.of("peakmesh.mesh.svc"), random, Instant.now()));
        WebhookServer server =
                WebhookServer.builder(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), keys)
                        .api(new ReplicaApi(routes(name)), replicas(name)::allowed)
                        .start();
        servers.add(server);
        return server.port();
    }

    private static Map<String, AdminServer.Handler> routes(String name) {
        Map<String, AdminServer.Handler> routes = new TreeMap<>();
        routes.put("GET /proxies", query -> proxies(name, query.getOrDefault("workload", "")));
        routes.put("POST /renew", query -> Map.of("renewing", 3));
        routes.put("GET /version", query -> Map.of("peakmesh", name));
        return routes;
    }

    private static List<Map<String, String>> proxies(String replica, String workload) {
        if (!workload.isEmpty() && !workload.equals("shop/of-" + replica)) {
            throw new IllegalArgumentException("no proxy of " + workload + " is connected");
        }
        return List.of(Map.of("workload", "shop/of-" + replica));
    }

    private void mesh(Map<String, Integer> ports) throws IOException {
        List<String> manifests = new ArrayList<>();
        manifests.add(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: peakmesh, namespace: mesh}
                spec:
                  clusterIP: 10.96.0.9
                  ports: [{name: webhook, port: 443, targetPort: webhook}]
                """);
        new TreeMap<>(ports)
                .forEach((pod, port) -> {
                    manifests.add(
                            """
                            apiVersion: v1
                            kind: Pod
                            metadata: {name: %s, namespace: mesh, uid: u-%s}
                            spec: {containers: [{name: app}]}
                            status: {phase: Running, podIP: 127.0.0.1}
                            """
                                    .formatted(pod, pod));
                    manifests.add(
                            """
                            apiVersion: discovery.k8s.io/v1
                            kind: EndpointSlice
                            metadata:
                              name: s-%s
                              namespace: mesh
                              labels: {kubernetes.io/service-name: peakmesh}
                            addressType: IPv4
                            ports: [{name: webhook, port: %d, protocol: TCP}]
                            endpoints:
                            - addresses: [127.0.0.1]
                              conditions: {ready: true}
                              targetRef: {kind: Pod, name: %s, namespace: mesh}
                            """
                                    .formatted(pod, port, pod));
                });
        mesh = Meshes.of(manifests.toArray(String[]::new));
    }

    private Response ask(String method, String path, Map<String, String> query) {
        return new DiagnosticsApi(routes("one"), new ReplicaApi(routes("one")), replicas("one"))
                .answer(method, path, query, CALLER);
    }

    private static String text(Response response) {
        return JSON.valueToTree(response.body()).toString();
    }

    @Test
    void theProxiesOfAllReplicasAreOneList() throws IOException {
        mesh(Map.of("one", 1, "two", serve("two", authority), "three", serve("three", authority)));

        Response response = ask("GET", "proxies", Map.of());

        assertThat(response.status()).isEqualTo(200);
        assertThat(text(response)).contains("of-one", "of-two", "of-three");
        assertThat(text(ask("POST", "renew", Map.of()))).isEqualTo("{\"renewing\":9}");
        assertThat(text(ask("GET", "version", Map.of()))).isEqualTo("{\"peakmesh\":\"one\"}");
    }

    @Test
    void oneProxyIsFoundAtWhicheverReplicaItIs() throws IOException {
        mesh(Map.of("one", 1, "two", serve("two", authority)));

        assertThat(text(ask("GET", "proxies", Map.of("workload", "shop/of-two"))))
                .isEqualTo("[{\"workload\":\"shop/of-two\"}]");
        Response nowhere = ask("GET", "proxies", Map.of("workload", "shop/nobody"));
        assertThat(nowhere.status()).isEqualTo(400);
        assertThat(text(nowhere)).contains("no proxy of shop/nobody is connected");
    }

    @Test
    void aReplicaThatDoesNotAnswerIsNamed() throws IOException {
        int port = serve("two", authority);
        servers.removeFirst().close();
        mesh(Map.of("one", 1, "two", port));

        Response response = ask("GET", "proxies", Map.of());

        assertThat(response.status()).isEqualTo(502);
        assertThat(text(response)).contains("replica two does not answer");
    }

    @Test
    void whoIsOfAnotherAuthorityIsNotBelieved() throws IOException {
        mesh(Map.of("one", 1, "two", serve("two", authority("other"))));

        assertThat(ask("GET", "proxies", Map.of()).status()).isEqualTo(502);
    }

    /** As a workload: its certificate is of the same authority, and names no Service. */
    @Test
    void onlyAReplicaMayAsk() throws IOException {
        mesh(Map.of("two", serve("two", authority)));

        assertThat(replicas("web", authority).ask("GET", "proxies", Map.of()))
                .singleElement()
                .satisfies(said -> {
                    assertThat(said.status()).isEqualTo(401);
                    assertThat(said.body().toString()).contains("not an allowed one");
                });
    }
}
