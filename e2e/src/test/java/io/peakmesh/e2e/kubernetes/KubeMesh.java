package io.peakmesh.e2e.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.peakmesh.cli.proxy.EnvoyProcess;
import io.peakmesh.cli.proxy.ModuleChoice;
import io.peakmesh.cli.proxy.ProxySpec;
import io.peakmesh.e2e.real.ControlPlane;
import io.peakmesh.e2e.real.EnvoyAdmin;
import io.peakmesh.e2e.real.EnvoyBinary;
import io.peakmesh.e2e.real.MeshCommand;
import io.peakmesh.e2e.real.Pod;
import io.peakmesh.e2e.real.Sidecar;
import io.peakmesh.e2e.real.net.Host;
import io.peakmesh.e2e.real.net.Relay;
import io.peakmesh.model.TrustDomain;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import org.awaitility.Awaitility;

/**
 * A mesh on a cluster: control planes, the Envoys of pods with their projected tokens, and what
 * else was started with it. Closing ends every process and deletes every file; the objects stay
 * with the cluster.
 *
 * <p>Each control plane is a replica with an address of its own. Sidecars dial {@link #xds}, and
 * the API server the Service {@link #SERVICE}; both lead to a replica that lives.
 */
public final class KubeMesh implements Closeable {
    /** The control planes' namespace. */
    public static final String NAMESPACE = "peakmesh";

    /** The Service by which the API server finds the control planes. */
    public static final String SERVICE = "peakmesh";

    private static final int SERVICE_PORT = 443;
    private static final String ROOTS = "peakmesh-roots";
    private static final String ROOTS_KEY = "roots.pem";
    private static final String DOOR = "127.0.0.9";
    private static final int XDS_PORT = 15010;
    private static final int WEBHOOK_PORT = 15017;
    private static final int HEALTH_PORT = 15014;
    private static final int CONNECT_MILLIS = 1000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Cluster cluster;
    private final Path dir;
    private final Deque<Closeable> running = new ArrayDeque<>();
    private final Map<Integer, ControlPlane> replicas = new TreeMap<>();
    private final Set<Integer> reachable = new ConcurrentSkipListSet<>();
    private final Map<String, ProjectedToken> tokens = new TreeMap<>();
    private final Thread onExit = new Thread(this::end);
    private Path kubeconfig;
    private int sidecars;
    private int commands;

    /** Makes the control planes' namespace and the door to them; no process runs yet. */
    public KubeMesh(Cluster cluster) {
        this.cluster = cluster;
        this.kubeconfig = cluster.kubeconfig();
        cluster.apply(
                """
                apiVersion: v1
                kind: Namespace
                metadata: {name: %s}
                """
                        .formatted(NAMESPACE));
        try {
            this.dir = Files.createTempDirectory("peakmesh-kube-");
            open(xds(), KubeMesh::xds);
            open(at("127.0.0.1", SERVICE_PORT), KubeMesh::webhook);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(onExit);
        expose(NAMESPACE, SERVICE, SERVICE_PORT);
        expose(NAMESPACE, SERVICE + "-conversion", SERVICE_PORT);
    }

    /** Carries what is sent to an address to the replica of the lowest number that lives. */
    private void open(InetSocketAddress door, IntFunction<InetSocketAddress> ofReplica)
            throws IOException {
        ServerSocket listens = new ServerSocket(door.getPort(), 128, door.getAddress());
        running.push(new Relay(listens, () -> toOneThatLives(ofReplica)));
    }

    private Socket toOneThatLives(IntFunction<InetSocketAddress> ofReplica) throws IOException {
        IOException refusal = new IOException("no control plane was started");
        for (int replica : reachable) {
            Socket socket = new Socket();
            try {
                socket.connect(ofReplica.apply(replica), CONNECT_MILLIS);
                return socket;
            } catch (IOException refused) {
                socket.close();
                refusal = refused;
            }
        }
        throw refusal;
    }

    /** Where sidecars find a control plane that lives: the lowest replica that does. */
    public static InetSocketAddress xds() {
        return at(DOOR, XDS_PORT);
    }

    /** Where a replica takes proxies. */
    public static InetSocketAddress xds(int replica) {
        return at(address(replica), XDS_PORT);
    }

    /** Where a replica takes the API server's questions. */
    public static InetSocketAddress webhook(int replica) {
        return at(address(replica), WEBHOOK_PORT);
    }

    /** Where a replica says whether it is ready, and its metrics. */
    public static InetSocketAddress health(int replica) {
        return at(address(replica), HEALTH_PORT);
    }

    private static String address(int replica) {
        return "127.0.0." + (10 + replica);
    }

    /** A socket address of a pod. */
    public static InetSocketAddress at(Pod pod, int port) {
        return at(pod.ip(), port);
    }

    /** An admin interface is on loopback: for pod 10.244.1.2 at 127.244.1.2. */
    private static InetSocketAddress admin(Pod pod) {
        return at("127" + pod.ip().substring(pod.ip().indexOf('.')), Pod.ADMIN);
    }

    private static InetSocketAddress at(String ip, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByName(ip), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Its folder: logs, tokens, the sidecars' files. */
    public Path dir() {
        return dir;
    }

    /** Starts replica 0, also again after it was killed; returns when it says that it is ready. */
    public ControlPlane startControlPlane(String... flags) {
        return startReplica(0, flags);
    }

    /** Control planes that are started from now on are this user of the cluster. */
    public KubeMesh as(Path kubeconfig) {
        this.kubeconfig = kubeconfig;
        return this;
    }

    /** Starts a replica, also again; its name is {@code peakmesh-} and its number. */
    public ControlPlane startReplica(int replica, String... flags) {
        List<String> arguments = new ArrayList<>(List.of("--kubeconfig=" + kubeconfig));
        arguments.addAll(List.of(flags));
        return startReplica(replica, ControlPlane::start, arguments);
    }

    /**
     * Starts replica 0 by the script {@code mesh} as in a pod of the cluster: with the token of a
     * service account, which may do everything, and no kubeconfig.
     */
    public ControlPlane startControlPlaneInPod(Path script) {
        Path folder = serviceAccount();
        String inPod = Path.of(System.getProperty("basedir", "."), "cluster", "in-pod").toString();
        return startReplica(
                0,
                (state, arguments) ->
                        ControlPlane.startBy(
                                List.of(inPod, folder.toString(), script.toString()),
                                state,
                                arguments),
                List.of());
    }

    private Path serviceAccount() {
        Path folder = dir.resolve("service-account");
        cluster.apply(
                """
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: %1$s, namespace: %2$s}
                """
                        .formatted(SERVICE, NAMESPACE),
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: %1$s}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
                subjects:
                - {kind: ServiceAccount, name: %1$s, namespace: %2$s}
                """
                        .formatted(SERVICE, NAMESPACE));
        Said token = cluster.kubectl("create", "token", SERVICE, "--namespace=" + NAMESPACE);
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("token"), token.orThrow().out().strip());
            Files.writeString(folder.resolve("namespace"), NAMESPACE);
            Files.copy(
                    cluster.dir().resolve("pki/ca.crt"),
                    folder.resolve("ca.crt"),
                    StandardCopyOption.REPLACE_EXISTING);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ControlPlane startReplica(
            int replica, BiFunction<Path, List<String>, ControlPlane> start, List<String> more) {
        Path state = state(replica);
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--namespace=" + NAMESPACE,
                                "--replica=peakmesh-" + replica,
                                "--xds=" + text(xds(replica)),
                                "--webhook=" + text(webhook(replica)),
                                "--health=" + text(health(replica))));
        arguments.addAll(more);
        try {
            Files.createDirectories(state);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // Before it is ready: to become so it needs conversions, as with publishNotReadyAddresses.
        reachable.add(replica);
        ControlPlane started = run(start.apply(state, arguments));
        synchronized (replicas) {
            replicas.put(replica, started);
        }
        return started;
    }

    /** A replica's folder for what it keeps. */
    public Path state(int replica) {
        return dir.resolve("state-" + replica);
    }

    private static String text(InetSocketAddress at) {
        return at.getAddress().getHostAddress() + ":" + at.getPort();
    }

    /** The control plane that was started last as this replica. */
    public ControlPlane replica(int replica) {
        synchronized (replicas) {
            ControlPlane started = replicas.get(replica);
            if (started == null) {
                throw new IllegalStateException("replica " + replica + " was not started");
            }
            return started;
        }
    }

    /** Leaves the end of something to the mesh. */
    public <T extends Closeable> T run(T started) {
        synchronized (running) {
            running.push(started);
        }
        return started;
    }

    /** A pod's projected token, made once for each pod of a UID. */
    public ProjectedToken token(KubePod pod) {
        return tokens.computeIfAbsent(
                pod.uid(), uid -> ProjectedToken.of(pod, dir.resolve("token-" + uid)));
    }

    /**
     * The trust roots as pods of a namespace mount them: as they were last while the API server is
     * away. Waits until the control plane wrote.
     */
    public Path roots(String namespace) {
        Path file = dir.resolve("roots-" + namespace + ".pem");
        String pem =
                Awaitility.await("the ConfigMap " + ROOTS + " in " + namespace)
                        .atMost(PATIENCE)
                        .until(() -> rootsIn(namespace, file), text -> !text.isEmpty());
        try {
            Path beside = Files.createTempFile(dir, "roots", ".pem");
            Files.writeString(beside, pem);
            return Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String rootsIn(String namespace, Path mounted) throws IOException {
        try {
            ConfigMap map =
                    cluster.client().configMaps().inNamespace(namespace).withName(ROOTS).get();
            return map == null ? "" : map.getData().getOrDefault(ROOTS_KEY, "");
        } catch (KubernetesClientException away) {
            return Files.exists(mounted) ? Files.readString(mounted) : "";
        }
    }

    /**
     * Starts a pod's Envoy, which dials {@link #xds()}; {@link Sidecar#awaitReady} waits for it.
     */
    public Sidecar sidecar(KubePod pod) {
        return sidecar(pod, xds());
    }

    /** Starts a pod's Envoy, which dials that address. */
    public Sidecar sidecar(KubePod pod, InetSocketAddress controlPlane) {
        return sidecar(pod, controlPlane, admin(pod.pod()), admin(pod.pod()), List.of());
    }

    /**
     * Starts a pod's Envoy on a host of its own, as a user whom the host's redirect leaves alone.
     *
     * @param controlPlane where it is found from that host
     */
    public Sidecar sidecar(KubePod pod, InetSocketAddress controlPlane, Host host, int uid) {
        InetSocketAddress admin = at("127.0.0.1", Pod.ADMIN);
        try {
            return sidecar(
                    pod,
                    controlPlane,
                    admin,
                    host.doorTo("127.0.0.1", Pod.ADMIN),
                    host.prefix(uid));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Sidecar sidecar(
            KubePod pod,
            InetSocketAddress controlPlane,
            InetSocketAddress admin,
            InetSocketAddress adminDoor,
            List<String> wrapper) {
        Pod described = pod.pod();
        Path own = dir.resolve("proxy-" + described.name() + "-" + sidecars++);
        Path log = own.resolveSibling(own.getFileName() + ".log");
        ProxySpec spec =
                new ProxySpec(
                        described.workload(),
                        controlPlane.getAddress().getHostAddress(),
                        controlPlane.getPort(),
                        new TrustDomain("cluster.local"),
                        roots(described.namespace()),
                        token(pod).dir(),
                        own,
                        admin.getAddress().getHostAddress(),
                        admin.getPort(),
                        "",
                        new ModuleChoice.Packed());
        try {
            EnvoyProcess envoy = EnvoyProcess.start(EnvoyBinary.path(), spec, wrapper, log);
            ProcessHandle process =
                    ProcessHandle.of(envoy.pid())
                            .orElseThrow(
                                    () -> new IllegalStateException("its Envoy ended at once"));
            return run(new Sidecar(described, process, new EnvoyAdmin(adminDoor), log));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts {@code mesh} with these arguments and the cluster's kubeconfig as its environment's.
     */
    public MeshCommand command(String... arguments) {
        return run(
                MeshCommand.start(
                        dir,
                        commands++,
                        Map.of(
                                "KUBECONFIG",
                                cluster.kubeconfig().toString(),
                                MeshCommand.ENVOY,
                                EnvoyBinary.path().toString()),
                        List.of(arguments)));
    }

    /**
     * Makes a Service that leads the API server's webhooks and aggregated APIs to loopback, where
     * no Service address works: of type ExternalName.
     *
     * @param port of the Service, and where somebody listens on {@code localhost}
     */
    public void expose(String namespace, String service, int port) {
        cluster.apply(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: %s, namespace: %s}
                spec: {type: ExternalName, externalName: localhost, ports: [{port: %d}]}
                """
                        .formatted(service, namespace, port));
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(onExit);
        end();
    }

    private void end() {
        List<Exception> failures = new ArrayList<>();
        synchronized (running) {
            while (!running.isEmpty()) {
                try {
                    running.pop().close();
                } catch (IOException | RuntimeException e) {
                    failures.add(e);
                }
            }
        }
        Trash.remove(dir);
        if (!failures.isEmpty()) {
            throw new IllegalStateException("not all was ended", failures.getFirst());
        }
    }
}
