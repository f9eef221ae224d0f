package io.peakmesh.e2e.kubernetes;

import io.peakmesh.e2e.real.ControlPlane;
import io.peakmesh.e2e.real.HttpCaller;
import io.peakmesh.e2e.real.OpenLoop;
import io.peakmesh.e2e.real.Pod;
import io.peakmesh.e2e.real.Sidecar;
import io.peakmesh.e2e.real.Yaml;
import io.peakmesh.e2e.real.app.HttpApp;
import io.peakmesh.e2e.real.net.Relay;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Two control planes, three services of two pods each, a split among two of these, and two callers
 * under a steady load. Who may call whom is enforced. The sidecars come to the control planes by
 * turns, as through a Service.
 */
final class FaultTown implements Closeable {
    static final String NAMESPACE = "shop";

    /** The service that is split between {@code web-v1} and {@code web-v2}. */
    static final String ROOT = "web";

    static final int REPLICAS = 2;
    static final String GUEST = "caller-3";

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration CALL = Duration.ofSeconds(10);
    private static final int PER_SECOND = 50;
    private static final int APP_PORT = 8080;
    private static final int PORT = 80;
    private static final int CONNECT_MILLIS = 1000;
    private static final String DOOR = "127.0.0.8";
    private static final List<String> APPS = List.of("api", "web-v1", "web-v2");

    /** Services that stand behind those that are called. */
    private static final int BACKENDS = 3;

    private static final List<String> CALLED = List.of("api", ROOT, "web-v2", ROOT);

    private final Cluster cluster;
    private final KubeMesh mesh;
    private final InetSocketAddress door;
    private final AtomicInteger turn = new AtomicInteger();
    private final SortedMap<String, Member> members = new ConcurrentSkipListMap<>();
    private int weight = 50;

    /** A pod with what runs in it; a caller serves nothing. */
    record Member(KubePod pod, @Nullable HttpApp app, Sidecar sidecar) {
        void end() {
            sidecar.close();
            if (app != null) {
                app.close();
            }
        }
    }

    /** Starts all of it; returns when every service answers every caller. */
    FaultTown(Cluster cluster) {
        this.cluster = cluster;
        this.mesh = new KubeMesh(cluster);
        try {
            ServerSocket listens = new ServerSocket(0, 128, InetAddress.getByName(DOOR));
            this.door = new InetSocketAddress(listens.getInetAddress(), listens.getLocalPort());
            mesh.run(new Relay(listens, this::next));
            start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A connection to the next replica that takes one. */
    private Socket next() throws IOException {
        int first = turn.getAndIncrement();
        IOException refusal = new IOException("no control plane");
        for (int i = 0; i < REPLICAS; i++) {
            Socket socket = new Socket();
            try {
                socket.connect(KubeMesh.xds((first + i) % REPLICAS), CONNECT_MILLIS);
                return socket;
            } catch (IOException refused) {
                socket.close();
                refusal = refused;
            }
        }
        throw refusal;
    }

    private void start() {
        cluster.apply(Yaml.namespace(NAMESPACE, "enforcing", "deny"));
        for (int replica = 0; replica < REPLICAS; replica++) {
            mesh.startReplica(replica);
        }
        for (String app : APPS) {
            cluster.apply(Yaml.service(NAMESPACE, app, port()));
            add(app + "-1", app);
            add(app + "-2", app);
        }
        cluster.apply(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: %s, namespace: %s}
                spec: {selector: {app: web-v1}, ports: [%s]}
                """
                        .formatted(ROOT, NAMESPACE, port()));
        for (String name : List.of("caller-1", "caller-2", GUEST)) {
            add(name, "caller");
        }
        Awaitility.await("SMI objects are taken")
                .atMost(PATIENCE)
                .until(() -> cluster.tryApply(smi()).ok());
        members.values().forEach(member -> member.sidecar().awaitReady());
        try (OpenLoop load = load()) {
            Awaitility.await("every service answers").atMost(PATIENCE).until(() -> warm(load));
        }
        guestCallsAll();
    }

    /**
     * The guest is no part of the load; calls every service, and the divided one until chance has
     * led it to each backend, of which its proxy learns only then.
     */
    void guestCallsAll() {
        Member member = member(GUEST);
        try (HttpCaller guest = HttpCaller.through(member.pod().pod()).patience(CALL)) {
            Awaitility.await("the guest's proxy knows every backend")
                    .atMost(PATIENCE)
                    .until(() -> {
                        CALLED.forEach(service -> guest.named(service, "/"));
                        return backends(member) == BACKENDS;
                    });
        }
    }

    private static long backends(Member member) {
        return member.sidecar().admin().clusters().findValuesAsText("name").stream()
                .filter(name -> name.startsWith("svc|"))
                .distinct()
                .count();
    }

    private static boolean warm(OpenLoop load) {
        OpenLoop.Outcome next = load.next(2 * PER_SECOND);
        return next.failures().isEmpty() && next.by().size() == 2 * APPS.size();
    }

    private static String port() {
        return Yaml.port("http", PORT, APP_PORT);
    }

    private String[] smi() {
        return new String[] {
            Yaml.routes(NAMESPACE, "all", "/.*", "*"),
            Yaml.target(NAMESPACE, "caller", "api", "HTTPRouteGroup", "all"),
            Yaml.target(NAMESPACE, "caller", "web-v1", "HTTPRouteGroup", "all"),
            Yaml.target(NAMESPACE, "caller", "web-v2", "HTTPRouteGroup", "all"),
            split()
        };
    }

    private String split() {
        return Yaml.split(
                NAMESPACE,
                ROOT,
                Yaml.backend("web-v1", weight) + ", " + Yaml.backend("web-v2", 100 - weight));
    }

    /** Starts a pod and all that is in it, which becomes ready last. */
    Member add(String name, String app) {
        boolean serves = APPS.contains(app);
        Pod pod =
                (serves
                                ? cluster.pod(NAMESPACE, name, app, APP_PORT)
                                : cluster.pod(NAMESPACE, name, app))
                        .meshPort();
        KubePod started = new KubePod(cluster, pod).start(false);
        HttpApp served = null;
        try {
            if (serves) {
                served = mesh.run(new HttpApp(name, KubeMesh.at(pod, APP_PORT)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Member member = new Member(started, served, mesh.sidecar(started, door));
        member.sidecar().awaitReady();
        started.ready(true);
        members.put(name, member);
        return member;
    }

    /** Ends a pod's Envoy as its crash would, and starts another. */
    Sidecar restartSidecar(String name) {
        Member old = member(name);
        old.sidecar().close();
        Sidecar again = mesh.sidecar(old.pod(), door);
        members.put(name, new Member(old.pod(), old.app(), again));
        return again;
    }

    /** Is no more among those of whom anything is expected. */
    void forget(String name) {
        members.remove(name);
    }

    Member member(String name) {
        Member member = members.get(name);
        if (member == null) {
            throw new IllegalArgumentException("no member " + name);
        }
        return member;
    }

    Collection<Member> members() {
        return members.values();
    }

    Cluster cluster() {
        return cluster;
    }

    KubeMesh mesh() {
        return mesh;
    }

    ControlPlane replica(int number) {
        return mesh.replica(number);
    }

    /** Moves the weights of the split. */
    void shift() {
        weight = weight == 50 ? 30 : 50;
        cluster.apply(split());
    }

    /** As the kubelet does long before they end. */
    void renewTokens() {
        members.values().forEach(member -> mesh.token(member.pod()).renew());
    }

    /** Calls of the two callers to all services, from now on. */
    OpenLoop load() {
        List<HttpCaller> callers =
                List.of(
                        HttpCaller.through(member("caller-1").pod().pod()).patience(CALL),
                        HttpCaller.through(member("caller-2").pod().pod()).patience(CALL));
        AtomicInteger number = new AtomicInteger();
        return new OpenLoop(
                PER_SECOND,
                () -> {
                    int i = number.getAndIncrement();
                    String service = CALLED.get(i / 2 % CALLED.size());
                    return callers.get(i % 2).named(service, "/");
                });
    }

    /** Ends the processes; the objects stay. */
    @Override
    public void close() {
        mesh.close();
    }
}
