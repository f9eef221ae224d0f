package io.peakmesh.e2e.kubernetes;

import io.peakmesh.e2e.real.Pod;
import io.peakmesh.e2e.real.Sidecar;
import io.peakmesh.e2e.real.net.Host;
import io.peakmesh.e2e.real.net.Network;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The apps of the SMI conformance suite on a cluster: pods a, b and c behind a redirect, each on a
 * host of its own; the Services of each, and {@code app-svc} of b and c. The runner is a host
 * outside the mesh. A fourth pod, {@code rootless}, calls by its sidecar's outbound port, which
 * goes by the name alone.
 */
final class ConformanceTown implements Closeable {
    static final String NAMESPACE = "smi-conformance";
    static final int PORT = 9091;
    private static final String GATE = "10.244.200.1";
    private static final int PROXY_UID = 2102;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Cluster cluster;
    private final KubeMesh mesh;
    private final List<Network> network = new ArrayList<>();
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(TIMEOUT)
                    .build();
    private final Map<String, Host> hosts = new TreeMap<>();
    private final Map<String, InetSocketAddress> doors = new TreeMap<>();
    private final Map<String, Sidecar> sidecars = new TreeMap<>();

    ConformanceTown(Cluster cluster, KubeMesh mesh) {
        this.cluster = cluster;
        this.mesh = mesh;
    }

    /** The control plane must run. */
    void start() throws IOException {
        Network wires = new Network(RandomGenerator.getDefault());
        network.add(wires);
        Host gate = wires.host("xds", GATE);
        InetSocketAddress xds = new InetSocketAddress(GATE, KubeMesh.xds().getPort());
        gate.serve(xds.getPort(), KubeMesh.xds());
        hosts.put("runner", wires.host("runner", "10.244.200.9"));
        cluster.apply(
                "apiVersion: v1\nkind: Namespace\nmetadata: {name: " + NAMESPACE + "}",
                service("app-a", "app: app-a"),
                service("app-b", "app: app-b"),
                service("app-c", "app: app-c"),
                service("app-svc", "suite: split"));
        pod(wires, xds, "app-a", "10.244.200.11");
        pod(wires, xds, "app-b", "10.244.200.12");
        pod(wires, xds, "app-c", "10.244.200.13");
        rootless(wires, xds);
        sidecars.values().forEach(Sidecar::awaitReady);
    }

    /** b and c have a label in common, by which the root service of a split finds both. */
    private static String service(String name, String selector) {
        return """
        apiVersion: v1
        kind: Service
        metadata: {name: %s, namespace: %s}
        spec:
          selector: {%s}
          ports: [{name: http, port: %d, targetPort: %d}]
        """
                .formatted(name, NAMESPACE, selector, PORT, PORT);
    }

    private void pod(Network wires, InetSocketAddress xds, String name, String ip)
            throws IOException {
        Host host = wires.host(name, ip);
        hosts.put(name, host);
        host.route("10.96.0.0/16");
        host.redirect(PROXY_UID);
        Pod pod = Pod.unmeshed(NAMESPACE, name, name, ip, PORT).redirect();
        String suite = name.equals("app-a") ? "none" : "split";
        KubePod started =
                new KubePod(cluster, pod)
                        .shaped(builder ->
                                builder.editMetadata().addToLabels("suite", suite).endMetadata())
                        .start();
        ConformanceApp app =
                mesh.run(new ConformanceApp((method, url, body) -> away(name, method, url, body)));
        host.serve(PORT, app.address());
        sidecars.put(name, mesh.sidecar(started, xds, host, PROXY_UID));
    }

    private void rootless(Network wires, InetSocketAddress xds) throws IOException {
        String ip = "10.244.200.14";
        Host host = wires.host("rootless", ip);
        Pod pod = Pod.unmeshed(NAMESPACE, "rootless", "rootless", ip).meshPort();
        KubePod started = new KubePod(cluster, pod).start();
        sidecars.put("rootless", mesh.sidecar(started, xds, host, PROXY_UID));
        doors.put("rootless", host.doorTo(ip, Pod.OUTBOUND));
    }

    /** As an app looks a name up and connects, which its host's redirect takes to its sidecar. */
    private int away(String from, String method, URI url, String body) throws IOException {
        String service = url.getHost().substring(0, url.getHost().indexOf('.'));
        return send(door(from, clusterIp(service)), method, url, body).statusCode();
    }

    private InetSocketAddress door(String from, String ip) throws IOException {
        synchronized (doors) {
            InetSocketAddress door = doors.get(from + " " + ip);
            if (door == null) {
                door = host(from).doorTo(ip, PORT);
                doors.put(from + " " + ip, door);
            }
            return door;
        }
    }

    private Host host(String name) {
        Host host = hosts.get(name);
        if (host == null) {
            throw new IllegalArgumentException(name + " is none of " + hosts.keySet());
        }
        return host;
    }

    private String clusterIp(String service) {
        return cluster.client()
                .services()
                .inNamespace(NAMESPACE)
                .withName(service)
                .get()
                .getSpec()
                .getClusterIP();
    }

    private HttpResponse<String> send(InetSocketAddress door, String method, URI url, String body)
            throws IOException {
        URI connect =
                URI.create(
                        "http://"
                                + door.getAddress().getHostAddress()
                                + ":"
                                + door.getPort()
                                + url.getPath());
        HttpRequest request =
                HttpRequest.newBuilder(connect)
                        .header("host", url.getHost() + ":" + url.getPort())
                        .timeout(TIMEOUT)
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** A URL as the suite writes it: the host's name ends with a dot. */
    static String url(String service, String path) {
        return "http://" + service + "." + NAMESPACE + ".svc.cluster.local.:" + PORT + path;
    }

    /** The runner's request to an app, from outside the mesh; throws UncheckedIOException. */
    HttpResponse<String> fromOutside(String method, String app, String path, String body) {
        try {
            return send(door("runner", host(app).ip()), method, URI.create(url(app, path)), body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets the runner tell app a what to call. */
    void call(String method, String url) {
        HttpResponse<String> told =
                fromOutside(
                        "POST",
                        "app-a",
                        "/call",
                        "{\"method\":\"%s\",\"url\":\"%s\",\"body\":\"x\",\"headers\":{}}"
                                .formatted(method, url));
        if (told.statusCode() != 200) {
            throw new IllegalStateException("app-a answers the runner " + told.statusCode());
        }
    }

    /** The status of a call by the pod without a redirect, which goes by the name alone. */
    int rootlessCall(String url) throws IOException {
        InetSocketAddress door = doors.get("rootless");
        if (door == null) {
            throw new IllegalStateException("not started");
        }
        return send(door, "GET", URI.create(url), "").statusCode();
    }

    /** What an app counted since {@link #forget}, as the runner reads it. */
    ConformanceApp.Metrics metrics(String app) {
        HttpResponse<String> said = fromOutside("GET", app, "/metrics", "");
        if (said.statusCode() != 200) {
            throw new IllegalStateException(app + " answers the runner " + said.statusCode());
        }
        try {
            return ConformanceApp.Metrics.read(said.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has all apps forget what they counted. */
    void forget() {
        for (String app : List.of("app-a", "app-b", "app-c")) {
            HttpResponse<String> said = fromOutside("DELETE", app, "/metrics", "");
            if (said.statusCode() != 200) {
                throw new IllegalStateException(app + " answers the runner " + said.statusCode());
            }
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        network.forEach(Network::close);
    }
}
