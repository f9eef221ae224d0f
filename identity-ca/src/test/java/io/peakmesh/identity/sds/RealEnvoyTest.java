package io.peakmesh.identity.sds;

import static io.peakmesh.identity.issue.Authorities.DOMAIN;
import static io.peakmesh.identity.issue.Authorities.WEB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.BoolValue;
import com.google.protobuf.ByteString;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.PathConfigSource;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.peakmesh.identity.issue.Authorities;
import io.peakmesh.identity.issue.CertificateAuthority;
import io.peakmesh.identity.issue.Svid;
import io.peakmesh.identity.issue.WorkloadIdentity;
import io.peakmesh.identity.rotation.NewestKeyManager;
import io.peakmesh.identity.rotation.ServerIdentity;
import io.peakmesh.identity.state.StateFolder;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.SpiffeId;
import io.peakmesh.model.TrustDomain;
import io.peakmesh.model.WorkloadName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our secrets in stock Envoys: chains of leaf and intermediate, verified against the root alone.
 */
final class RealEnvoyTest {
    private static final WorkloadIdentity API =
            new WorkloadIdentity(
                    new WorkloadName("demo", "api-1"),
                    "b1a7c1de-0000-4000-8000-000000000001",
                    new ServiceAccountName("demo", "api"));

    /** Handshakes of a real Envoy are judged by the machine's own clock. */
    private final Instant now = InstantSource.system().instant();

    @TempDir Path temporary;
    private CertificateAuthority authority;
    private WorkloadSecrets secrets;

    @BeforeEach
    void open() {
        Path dir = temporary.resolve("state");
        authority = Authorities.open(dir, now);
        secrets =
                new WorkloadSecrets(authority, StateFolder.open(dir, now), new Random(1), _ -> {});
    }

    @Test
    void twoEnvoysSpeakMutualTlsAndKnowEachOther() throws Exception {
        try (Envoy server = server();
                Envoy client = client(server.port("in"), "spiffe://cluster.local/ns/demo/sa/api")) {
            HttpResponse<String> response = call(client);

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("peer"))
                    .contains("spiffe://cluster.local/ns/demo/sa/web");
            assertThat(response.headers().firstValue("peer-dns"))
                    .contains(WEB.uid() + ".pod.cluster.local");
        }
    }

    @Test
    void anEnvoyRefusesAServerWithAnotherIdentityOfTheSameDomain() throws Exception {
        try (Envoy server = server();
                Envoy client =
                        client(server.port("in"), "spiffe://cluster.local/ns/demo/sa/other")) {
            assertThat(call(client).statusCode()).isEqualTo(503);
            assertThat(client.stat("cluster.api.ssl.fail_verify_san")).isPositive();
        }
    }

    @Test
    void everyLeafIsReplacedUnderLoadWithoutAFailedRequest() throws Exception {
        try (Envoy server = server();
                Envoy client = client(server.port("in"), "spiffe://cluster.local/ns/demo/sa/api")) {
            String before = serial(call(client));
            String held = secrets.secret(WEB, "id", "", now).orElseThrow().version();

            secrets.renewAll();
            client.replaceSecret("id", secret(WEB, "id", held));
            server.replaceSecret("id", secret(API, "id", ""));

            Awaitility.await()
                    .pollInSameThread()
                    .pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> !serial(call(client)).equals(before));
            for (int i = 0; i < 50; i++) {
                assertThat(serial(call(client))).isNotEqualTo(before);
            }
            assertThat(server.stat("listener.in.ssl.connection_error")).isZero();
            assertThat(client.stat("cluster.api.upstream_cx_connect_fail")).isZero();
        }
    }

    @Test
    void anEnvoyLetsInOurLeafAndNoOther() throws Exception {
        Svid own = authority.issue(WEB, now);
        Svid foreign =
                Authorities.signedByThief(
                        temporary.resolve("state"),
                        new SpiffeId(new TrustDomain("other.example"), WEB.serviceAccount()),
                        "x.pod.cluster.local",
                        now);
        Svid foreignHost =
                Authorities.signedByThief(
                        temporary.resolve("state"),
                        new SpiffeId(DOMAIN, WEB.serviceAccount()),
                        "bank.example",
                        now);
        Svid otherAuthority = Authorities.open(temporary.resolve("other"), now).issue(WEB, now);
        try (Envoy server = server()) {
            int port = server.port("in");
            assertThat(request(own, port)).startsWith("HTTP/1.1 200 OK");
            long refused = 0;
            for (Svid svid : List.of(foreign, foreignHost, otherAuthority)) {
                assertThatThrownBy(() -> request(svid, port)).isInstanceOf(IOException.class);
                assertThat(server.stat("listener.in.ssl.fail_verify_error")).isEqualTo(++refused);
            }
            assertThat(request(own, port)).startsWith("HTTP/1.1 200 OK");
        }
    }

    @Test
    void anEnvoysConfigDumpHidesTheKey() throws Exception {
        try (Envoy server = server()) {
            TlsCertificate id = Secret.parseFrom(server.secret("id")).getTlsCertificate();
            String dump = server.admin("/config_dump");

            assertThat(dump).contains(base64(id.getCertificateChain().getInlineBytes()));
            assertThat(dump)
                    .contains(base64(ByteString.copyFromUtf8("[redacted]")))
                    .doesNotContain(base64(id.getPrivateKey().getInlineBytes()))
                    .doesNotContain("PRIVATE KEY");
        }
    }

    private static String base64(ByteString bytes) {
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private ByteString secret(WorkloadIdentity who, String name, String held) {
        return secrets.secret(who, name, held, now).orElseThrow().message().orElseThrow();
    }

    private Map<String, ByteString> secretsOf(WorkloadIdentity who) {
        return Map.of("id", secret(who, "id", ""), "roots", secret(who, "roots", ""));
    }

    private Envoy server() throws IOException {
        Path dir = Files.createDirectory(temporary.resolve("server"));
        Route answer =
                Route.newBuilder()
                        .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                        .setDirectResponse(
                                DirectResponseAction.newBuilder()
                                        .setStatus(200)
                                        .setBody(DataSource.newBuilder().setInlineString("hello")))
                        .addResponseHeadersToAdd(header("peer", "%DOWNSTREAM_PEER_URI_SAN%"))
                        .addResponseHeadersToAdd(header("peer-dns", "%DOWNSTREAM_PEER_DNS_SAN%"))
                        .addResponseHeadersToAdd(header("peer-serial", "%DOWNSTREAM_PEER_SERIAL%"))
                        .build();
        DownstreamTlsContext tls =
                DownstreamTlsContext.newBuilder()
                        .setRequireClientCertificate(BoolValue.of(true))
                        .setCommonTlsContext(tls(dir, "spiffe://cluster.local/ns/demo/sa/web"))
                        .build();
        Listener listener =
                listener(
                        "in",
                        answer,
                        TransportSocket.newBuilder()
                                .setName("tls")
                                .setTypedConfig(Envoy.any(tls))
                                .build());
        return Envoy.start(dir, secretsOf(API), List.of(listener), List.of());
    }

    private Envoy client(int port, String wantedServer) throws IOException {
        Path dir = Files.createDirectory(temporary.resolve("client"));
        UpstreamTlsContext tls =
                UpstreamTlsContext.newBuilder()
                        .setSni("api")
                        .setMaxSessionKeys(UInt32Value.of(0))
                        .setCommonTlsContext(tls(dir, wantedServer))
                        .build();
        Cluster.Builder cluster = Cluster.newBuilder().setName("api");
        cluster.setType(Cluster.DiscoveryType.STATIC)
                .setTransportSocket(
                        TransportSocket.newBuilder().setName("tls").setTypedConfig(Envoy.any(tls)));
        ClusterLoadAssignment.Builder load =
                cluster.getLoadAssignmentBuilder().setClusterName("api");
        load.addEndpointsBuilder()
                .addLbEndpointsBuilder()
                .getEndpointBuilder()
                .setAddress(Envoy.loopback(port));
        // A handshake for each request.
        cluster.putTypedExtensionProtocolOptions(
                "envoy.extensions.upstreams.http.v3.HttpProtocolOptions", oneRequestAConnection());
        Route forward =
                Route.newBuilder()
                        .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                        .setRoute(RouteAction.newBuilder().setCluster("api"))
                        .build();
        return Envoy.start(
                dir,
                secretsOf(WEB),
                List.of(listener("out", forward, TransportSocket.getDefaultInstance())),
                List.of(cluster.build()));
    }

    private static com.google.protobuf.Any oneRequestAConnection() {
        io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.Builder options =
                io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.newBuilder();
        options.getExplicitHttpConfigBuilder().getHttpProtocolOptionsBuilder();
        options.getCommonHttpProtocolOptionsBuilder()
                .setMaxRequestsPerConnection(UInt32Value.of(1));
        return Envoy.any(options.build());
    }

    private static CommonTlsContext tls(Path dir, String wantedPeer) {
        CommonTlsContext.Builder tls = CommonTlsContext.newBuilder();
        tls.setTlsParams(
                TlsParameters.newBuilder()
                        .setTlsMinimumProtocolVersion(TlsParameters.TlsProtocol.TLSv1_3)
                        .setTlsMaximumProtocolVersion(TlsParameters.TlsProtocol.TLSv1_3));
        tls.addTlsCertificateSdsSecretConfigs(fromFile(dir, "id"));
        tls.getCombinedValidationContextBuilder()
                .setDefaultValidationContext(
                        CertificateValidationContext.newBuilder()
                                .addMatchTypedSubjectAltNames(
                                        SubjectAltNameMatcher.newBuilder()
                                                .setSanType(SubjectAltNameMatcher.SanType.URI)
                                                .setMatcher(
                                                        StringMatcher.newBuilder()
                                                                .setExact(wantedPeer))))
                .setValidationContextSdsSecretConfig(fromFile(dir, "roots"));
        return tls.build();
    }

    private static SdsSecretConfig fromFile(Path dir, String name) {
        return SdsSecretConfig.newBuilder()
                .setName(name)
                .setSdsConfig(
                        ConfigSource.newBuilder()
                                .setPathConfigSource(
                                        PathConfigSource.newBuilder()
                                                .setPath(Envoy.secretFile(dir, name).toString())))
                .build();
    }

    private static Listener listener(String name, Route route, TransportSocket socket) {
        HttpConnectionManager http =
                HttpConnectionManager.newBuilder()
                        .setStatPrefix(name)
                        .setRouteConfig(
                                RouteConfiguration.newBuilder()
                                        .setName(name)
                                        .addVirtualHosts(
                                                VirtualHost.newBuilder()
                                                        .setName("all")
                                                        .addDomains("*")
                                                        .addRoutes(route)))
                        .addHttpFilters(
                                HttpFilter.newBuilder()
                                        .setName("router")
                                        .setTypedConfig(Envoy.any(Router.getDefaultInstance())))
                        .build();
        FilterChain.Builder chain =
                FilterChain.newBuilder()
                        .addFilters(
                                Filter.newBuilder()
                                        .setName("http")
                                        .setTypedConfig(Envoy.any(http)));
        if (!socket.getName().isEmpty()) {
            chain.setTransportSocket(socket);
        }
        return Listener.newBuilder()
                .setName(name)
                .setStatPrefix(name)
                .setAddress(Envoy.loopback(0))
                .addFilterChains(chain)
                .build();
    }

    private static HeaderValueOption header(String name, String value) {
        return HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder().setKey(name).setValue(value))
                .build();
    }

    private static HttpResponse<String> call(Envoy client) throws Exception {
        return client.get("http://127.0.0.1:" + client.port("out") + "/");
    }

    private static String serial(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.headers().firstValue("peer-serial").orElseThrow();
    }

    /** Sends a request with this certificate; throws IOException where the server refuses it. */
    private String request(Svid svid, int port) throws Exception {
        KeyStore roots = KeyStore.getInstance("PKCS12");
        roots.load(null, null);
        ByteArrayInputStream pem =
                new ByteArrayInputStream(
                        authority.bundle().pem().getBytes(StandardCharsets.US_ASCII));
        roots.setCertificateEntry(
                "root", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(roots);
        NewestKeyManager keys =
                new NewestKeyManager(
                        new ServerIdentity(svid.chain(), svid.privateKey(), svid.notAfter()));
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(new KeyManager[] {keys}, trust.getTrustManagers(), null);
        try (SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.startHandshake();
            socket.getOutputStream()
                    .write(
                            "GET / HTTP/1.1\r\nHost: api\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
