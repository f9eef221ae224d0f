package io.peakmesh.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.peakmesh.injector.webhook.FrontProxy;
import io.peakmesh.model.Endpoint;
import io.peakmesh.model.Endpoint.Health;
import io.peakmesh.model.Endpoints;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.ServiceName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * The other replicas of this control plane. Each has the streams of some of the proxies, so what is
 * asked about all of them is asked of all replicas. They are the endpoints of the Service; either
 * side proves itself by the certificate of that Service's name, which no workload can get.
 */
final class Replicas {
    /** No request waits longer for a replica, to connect as to be answered. */
    private static final int TIMEOUT_MILLIS = 5_000;

    /** As the API server says for whom it asks. */
    private static final String USER_HEADER = "X-Remote-User";

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What a replica said.
     *
     * @param status as in HTTP; 502 where there was no answer
     */
    record Said(String replica, int status, JsonNode body) {}

    private final ServiceName service;
    private final String own;
    private final Supplier<Mesh> mesh;
    private final Supplier<String> roots;
    private final X509ExtendedKeyManager keys;
    private final String name;

    /**
     * Asks nobody yet.
     *
     * @param own the name of this replica's pod
     * @param roots PEM that the others' certificates are verified against
     * @param keys of this replica's certificate
     */
    Replicas(
            String namespace,
            String own,
            Supplier<Mesh> mesh,
            Supplier<String> roots,
            X509ExtendedKeyManager keys) {
        this.service = new ServiceName(namespace, ClusterOptions.SERVICE);
        this.own = own;
        this.mesh = mesh;
        this.roots = roots;
        this.keys = keys;
        this.name = ClusterOptions.SERVICE + "." + namespace + ".svc";
    }

    /** Who may ask {@link ReplicaApi}. */
    FrontProxy.Settings allowed() {
        return new FrontProxy.Settings(roots.get(), List.of(name), List.of(USER_HEADER), List.of());
    }

    /** Asks all but this one, one after the other. */
    List<Said> ask(String method, String path, Map<String, String> query) {
        List<Said> all = new ArrayList<>();
        for (Endpoint endpoint : others()) {
            String replica = endpoint.workload().map(w -> w.name()).orElse(endpoint.address());
            try {
                all.add(ask(replica, endpoint, method, path, query));
            } catch (IOException | GeneralSecurityException e) {
                all.add(new Said(replica, 502, JSON.valueToTree("" + e.getMessage())));
            }
        }
        return all;
    }

    private List<Endpoint> others() {
        Endpoints endpoints = mesh.get().endpoints().get(service);
        return endpoints == null
                ? List.of()
                : endpoints.on(ClusterOptions.WEBHOOK_PORT).stream()
                        .filter(endpoint -> endpoint.health() != Health.NOT_READY)
                        .filter(endpoint ->
                                endpoint.workload().filter(pod -> pod.name().equals(own)).isEmpty())
                        .toList();
    }

    private Said ask(
            String replica,
            Endpoint endpoint,
            String method,
            String path,
            Map<String, String> query)
            throws IOException, GeneralSecurityException {
        String host =
                endpoint.address().contains(":")
                        ? "[" + endpoint.address() + "]"
                        : endpoint.address();
        URI uri =
                URI.create(
                        "https://%s:%d/apis/%s/%s/%s?%s"
                                .formatted(
                                        host,
                                        endpoint.port(),
                                        ReplicaApi.GROUP,
                                        ReplicaApi.VERSION,
                                        path,
                                        encoded(query)));
        HttpsURLConnection connection = (HttpsURLConnection) uri.toURL().openConnection();
        connection.setSSLSocketFactory(tls().getSocketFactory());
        // It is called by its address, which its certificate does not name.
        connection.setHostnameVerifier((_, session) -> isReplica(session));
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        connection.setRequestMethod(method);
        connection.setRequestProperty(USER_HEADER, "peakmesh:replica:" + own);
        connection.setRequestProperty("Connection", "close");
        int status = connection.getResponseCode();
        try (InputStream body =
                status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return new Said(replica, status, body == null ? JSON.nullNode() : JSON.readTree(body));
        }
    }

    private static String encoded(Map<String, String> query) {
        return new TreeMap<>(query)
                .entrySet().stream()
                        .map(one -> encoded(one.getKey()) + "=" + encoded(one.getValue()))
                        .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private SSLContext tls() throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        int count = 0;
        for (Certificate root :
                CertificateFactory.getInstance("X.509")
                        .generateCertificates(
                                new ByteArrayInputStream(
                                        roots.get().getBytes(StandardCharsets.US_ASCII)))) {
            trusted.setCertificateEntry("root" + count++, root);
        }
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(new KeyManager[] {keys}, trust.getTrustManagers(), null);
        return context;
    }

    private boolean isReplica(SSLSession session) {
        try {
            X509Certificate leaf = (X509Certificate) session.getPeerCertificates()[0];
            return leaf.getSubjectAlternativeNames() != null
                    && leaf.getSubjectAlternativeNames().stream()
                            .anyMatch(alternative -> name.equals(alternative.get(1)));
        } catch (SSLPeerUnverifiedException | CertificateException _) {
            return false;
        }
    }
}
