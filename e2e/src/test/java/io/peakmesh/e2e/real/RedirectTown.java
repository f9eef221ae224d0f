package io.peakmesh.e2e.real;

import io.peakmesh.e2e.real.app.GrpcApp;
import io.peakmesh.e2e.real.app.HttpApp;
import io.peakmesh.e2e.real.app.LineApp;
import io.peakmesh.e2e.real.net.Host;
import io.peakmesh.e2e.real.net.Network;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Hosts in network namespaces: {@code client}, {@code web-1}, {@code web-2} and {@code vault}
 * behind sidecars with a redirect, {@code stranger} without one, and {@code world} outside the
 * mesh. Only sidecars know what a cluster IP is.
 */
final class RedirectTown implements Closeable {
    static final String WEB_IP = "10.96.0.10";
    static final String GREETER_IP = "10.96.0.11";
    static final String LINES_IP = "10.96.0.12";
    static final String DB_IP = "10.96.0.13";
    static final String LEGACY_IP = "10.96.0.14";
    static final String VAULT_IP = "10.96.0.15";
    static final String FRONT_IP = "10.96.0.16";
    static final String ROOTLESS_IP = "10.96.0.17";
    static final int LOCAL_LINES = 17000;
    static final String WORLD_IP = "203.0.113.9";

    private static final String NODE_RANGE = "198.51.100.0/24";
    private static final String WORLD_RANGE = "203.0.113.0/24";
    private static final int PROXY_UID = 2102;
    static final String NODE_IP = "198.51.100.2";
    static final String SIX_IP = "fd00:96::10";
    static final String SIX_STRANGER = "fd00:51::41";

    /** Left alone at the vault and by the client. */
    static final int SKIPPED_PORT = 9191;

    private static final int[] PORTS = {8080, 50051, 7000, 3306};

    /** What else the redirect of a pod is told. */
    private final SortedMap<String, String[]> redirects =
            new TreeMap<>(
                    Map.of(
                            "vault",
                            new String[] {
                                "--probe-ports",
                                "8080",
                                "--node-addresses",
                                NODE_IP,
                                "--skip-inbound-ports",
                                "15021," + SKIPPED_PORT
                            },
                            "client",
                            new String[] {
                                "--skip-outbound-cidrs",
                                NODE_IP + "/32",
                                "--skip-outbound-ports",
                                "" + SKIPPED_PORT
                            }));

    private final RealMesh mesh =
            new RealMesh("--mesh-range", NODE_RANGE, "--mesh-range", "fd00:51::/64");
    private final List<Closeable> callers = new ArrayList<>();
    private final SortedMap<String, Pod> pods = new TreeMap<>();
    private final SortedMap<String, Host> hosts = new TreeMap<>();
    private final SortedMap<String, HttpApp> apps = new TreeMap<>();
    private final SortedMap<String, Sidecar> sidecars = new TreeMap<>();
    private final List<Network> network = new ArrayList<>();

    void start() throws IOException {
        Network wires = new Network(RandomGenerator.getDefault());
        network.add(wires);
        pod("town", "client", "client", 11);
        pod("town", "web-1", "web", 21);
        pod("town", "web-2", "web", 22);
        pod("safe", "vault", "vault", 31);
        for (int last : new int[] {61, 62}) {
            pods.put(
                    "six-" + last,
                    Pod.unmeshed("town", "six-" + last, "six", "fd00:51::" + last, 8080, 7000)
                            .redirect());
        }
        pods.put(
                "rootless",
                Pod.unmeshed("town", "rootless", "rootless", "198.51.100.51", 8080)
                        .meshPort()
                        .with("config.peakmesh.io/local-ports", LOCAL_LINES + "=lines:7000"));
        writeObjects();
        mesh.startControlPlane();

        Host gate = plug(wires, "xds", "198.51.100.1");
        gate.serve(mesh.xds().getPort(), mesh.xds());
        Host stranger = plug(wires, "stranger", "198.51.100.41");
        stranger.address(SIX_STRANGER + "/64");
        runApps("stranger", stranger);
        runApps("node", plug(wires, "node", NODE_IP));
        Host world = plug(wires, "world", WORLD_IP);
        world.route(NODE_RANGE);
        runApps("world", world);
        for (Pod pod : pods.values()) {
            Host host = plug(wires, pod.name(), wireIp(pod));
            if (!pod.ip().equals(wireIp(pod))) {
                host.address(pod.ip() + "/64");
                host.route("fd00:96::/64");
            }
            host.route("10.96.0.0/16");
            host.route(WORLD_RANGE);
            if (!pod.name().equals("rootless")) {
                host.redirect(PROXY_UID, redirects.getOrDefault(pod.name(), new String[0]));
            }
            runApps(pod.name(), host);
            sidecars.put(
                    pod.name(),
                    mesh.sidecar(
                            pod,
                            new InetSocketAddress(
                                    InetAddress.getByName("198.51.100.1"), mesh.xds().getPort()),
                            "127.0.0.1",
                            host.doorTo("127.0.0.1", Pod.ADMIN),
                            host.prefix(PROXY_UID)));
        }
        RealMesh.ready(sidecars.values().toArray(Sidecar[]::new));
    }

    /** Of a pod of the other family, the address by which it reaches the control plane. */
    private static String wireIp(Pod pod) {
        int last = pod.ip().lastIndexOf(':');
        return last < 0 ? pod.ip() : "198.51.100." + pod.ip().substring(last + 1);
    }

    private Host plug(Network wires, String name, String ip) {
        Host host = wires.host(name, ip);
        hosts.put(name, host);
        return host;
    }

    private void pod(String namespace, String name, String app, int last) {
        pods.put(
                name,
                Pod.unmeshed(namespace, name, app, "198.51.100." + last, 8080, 50051, 7000, 3306)
                        .redirect());
    }

    private void runApps(String name, Host host) throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        HttpApp http = mesh.run(new HttpApp(name, any));
        apps.put(name, http);
        InetSocketAddress[] answer = {
            http.address(),
            mesh.run(new GrpcApp(name, any)).address(),
            mesh.run(new LineApp(name, any, false)).address(),
            mesh.run(new LineApp(name, any, true)).address()
        };
        for (int i = 0; i < PORTS.length; i++) {
            host.serve(PORTS[i], answer[i]);
        }
    }

    private void writeObjects() {
        String http = Yaml.port("http", 80, 8080);
        String tcp = Yaml.port("tcp", 7000, 7000);
        mesh.folder()
                .put(
                        "services",
                        Yaml.service("town", "web", "web", WEB_IP, http),
                        Yaml.service(
                                "town",
                                "greeter",
                                "web",
                                GREETER_IP,
                                Yaml.port("grpc", 50051, 50051)),
                        Yaml.service("town", "lines", "web", LINES_IP, tcp),
                        Yaml.service("town", "db", "web", DB_IP, Yaml.port("mysql", 3306, 3306)),
                        Yaml.service("town", "legacy", "stranger", LEGACY_IP, http),
                        Yaml.service("safe", "vault", "vault", VAULT_IP, http),
                        Yaml.service("town", "six", "six", SIX_IP, http + ", " + tcp),
                        Yaml.service("town", "rootless", "rootless", ROOTLESS_IP, http),
                        Yaml.service("town", "front", "web", FRONT_IP, http + ", " + tcp));
        for (int i = 1; i <= 2; i++) {
            mesh.folder()
                    .put(
                            "back-" + i,
                            """
                            apiVersion: v1
                            kind: Service
                            metadata: {name: back-%d, namespace: town}
                            spec:
                              selector: {pod: web-%d}
                              ports: [%s, %s]
                            """
                                    .formatted(i, i, http, tcp));
        }
        List<String> objects = new ArrayList<>();
        pods.values().forEach(pod -> objects.add(pod.yaml()));
        objects.add(
                Pod.unmeshed("town", "stranger", "stranger", "198.51.100.41", 8080, 7000).yaml());
        mesh.folder().put("pods", objects.toArray(String[]::new));
        mesh.folder()
                .put(
                        "policy",
                        Yaml.namespace("town", "permissive", "allow"),
                        Yaml.namespace("safe", "enforcing", "deny"),
                        Yaml.routes("safe", "open", "/open/.*", "GET"),
                        """
                        apiVersion: access.smi-spec.io/v1alpha3
                        kind: TrafficTarget
                        metadata: {name: client-opens, namespace: safe}
                        spec:
                          destination: {kind: ServiceAccount, name: vault, namespace: safe}
                          sources: [{kind: ServiceAccount, name: client, namespace: town}]
                          rules: [{kind: HTTPRouteGroup, name: open}]
                        """);
    }

    /** Divides the service {@code front} between the two instances of web. */
    void split(int first, int second) {
        mesh.folder()
                .put(
                        "split",
                        Yaml.split(
                                "town",
                                "front",
                                Yaml.backend("back-1", first)
                                        + ", "
                                        + Yaml.backend("back-2", second)));
    }

    Pod pod(String name) {
        return known(pods, name);
    }

    String ip(String host) {
        return known(hosts, host).ip();
    }

    HttpApp app(String host) {
        return known(apps, host);
    }

    Sidecar sidecar(String pod) {
        return known(sidecars, pod);
    }

    private static <T> T known(SortedMap<String, T> map, String name) {
        T value = map.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is none of " + map.keySet());
        }
        return value;
    }

    /** Lets a host's HTTP app answer on one more port, of which no object tells. */
    void serveUndeclared(String host, int port) throws IOException {
        known(hosts, host).serve(port, app(host).address());
    }

    /** Connections made through this go out from {@code host} to the address. */
    InetSocketAddress door(String host, String ip, int port) throws IOException {
        return known(hosts, host).doorTo(ip, port);
    }

    HttpCaller http(String host, String ip, int port) throws IOException {
        HttpCaller caller = HttpCaller.at(door(host, ip, port));
        callers.add(caller);
        return caller;
    }

    /** How many TLS handshakes a pod's sidecar finished with callers. */
    long handshakes(String pod) {
        return sidecar(pod)
                .admin()
                .sum(name -> name.startsWith("listener.") && name.endsWith(".ssl.handshake"));
    }

    @Override
    public void close() {
        try {
            for (Closeable caller : callers) {
                caller.close();
            }
            mesh.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } finally {
            network.forEach(Network::close);
        }
    }
}
