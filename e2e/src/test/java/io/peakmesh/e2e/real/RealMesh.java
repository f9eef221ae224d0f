package io.peakmesh.e2e.real;

import io.peakmesh.cli.proxy.EnvoyProcess;
import io.peakmesh.cli.proxy.ModuleChoice;
import io.peakmesh.cli.proxy.ProxySpec;
import io.peakmesh.e2e.real.app.App;
import io.peakmesh.model.TrustDomain;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * One mesh: a folder, a control plane on a loopback address of its own, and what was started with
 * it. Closing ends every process and deletes every file.
 */
final class RealMesh implements Closeable {
    /**
     * With this system property set the folder and all logs stay, to find out why a test failed.
     */
    private static final String KEEP = "peakmesh.e2e.keep";

    private static final int XDS_PORT = 15010;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    static {
        // Callers name hosts that are not where they connect to; read once, by the first client.
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
    }

    private final String block;
    private final Path dir;
    private final SourceFolder folder;
    private final List<String> flags;
    private final Deque<Closeable> running = new ArrayDeque<>();
    private final Thread onExit = new Thread(this::end);
    private int sidecars;
    private int commands;
    private @Nullable ControlPlane controlPlane;

    /** Makes the folder; nothing runs yet. {@code flags} go to the control plane. */
    RealMesh(String... flags) {
        this.block = freeBlock(RandomGenerator.getDefault());
        this.flags = List.of(flags);
        try {
            this.dir = Files.createTempDirectory("peakmesh-e2e-");
            this.folder = new SourceFolder(dir.resolve("source"));
            Files.createDirectories(folder.dir());
            Files.createDirectories(dir.resolve("state"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(onExit);
    }

    /** Three bytes of loopback addresses on which nobody listens yet. */
    private static String freeBlock(RandomGenerator random) {
        String block;
        do {
            block = "127." + random.nextInt(20, 64) + "." + random.nextInt(1, 250);
        } while (!free(block + ".1"));
        return block;
    }

    private static boolean free(String ip) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(ip, XDS_PORT));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    /** A loopback address of this mesh's own; 1 is the control plane's. */
    String ip(int last) {
        return block + "." + last;
    }

    /** A socket address on one of {@link #ip}'s. */
    InetSocketAddress at(int last, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByName(ip(last)), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    Path dir() {
        return dir;
    }

    Path state() {
        return dir.resolve("state");
    }

    SourceFolder folder() {
        return folder;
    }

    /** Where the control plane takes proxies. */
    InetSocketAddress xds() {
        return at(1, XDS_PORT);
    }

    /** Starts the control plane, also again after it was killed. */
    ControlPlane startControlPlane() {
        ControlPlane started = ControlPlane.start(folder, state(), xds(), flags);
        controlPlane = started;
        running.push(started);
        return started;
    }

    ControlPlane controlPlane() {
        if (controlPlane == null) {
            throw new IllegalStateException("not started");
        }
        return controlPlane;
    }

    Path tokenDir(Pod pod) {
        return state().resolve("tokens").resolve(pod.namespace()).resolve(pod.name());
    }

    /** A pod's bearer token, as soon as there is one. */
    String token(Pod pod) {
        Path file = tokenDir(pod).resolve("token");
        Awaitility.await("a token for " + pod.name())
                .atMost(PATIENCE)
                .until(() -> Files.exists(file));
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    <T extends App> T run(T app) {
        running.push(app);
        return app;
    }

    /** Starts a pod's Envoy on loopback; {@link #ready} waits for it. */
    Sidecar sidecar(Pod pod) {
        return sidecar(pod, "");
    }

    /** Starts a pod's Envoy on loopback, in a zone. */
    Sidecar sidecar(Pod pod, String zone) {
        return start(
                pod,
                spec(pod, xds(), pod.ip(), zone, new ModuleChoice.Packed()),
                onLoopback(pod),
                List.of());
    }

    /** Starts a pod's Envoy on loopback, as one that has no Peak-EWMA module. */
    Sidecar sidecarWithoutModule(Pod pod) {
        return start(
                pod,
                spec(pod, xds(), pod.ip(), "", new ModuleChoice.None()),
                onLoopback(pod),
                List.of());
    }

    private static EnvoyAdmin onLoopback(Pod pod) {
        return new EnvoyAdmin(new InetSocketAddress(pod.ip(), Pod.ADMIN));
    }

    /**
     * Starts a pod's Envoy.
     *
     * @param xds where it finds the control plane
     * @param adminHost where its admin interface listens
     * @param admin where the test reaches that
     * @param wrapper put before its command line
     */
    Sidecar sidecar(
            Pod pod,
            InetSocketAddress xds,
            String adminHost,
            InetSocketAddress admin,
            List<String> wrapper) {
        return start(
                pod,
                spec(pod, xds, adminHost, "", new ModuleChoice.Packed()),
                new EnvoyAdmin(admin),
                wrapper);
    }

    private ProxySpec spec(
            Pod pod, InetSocketAddress xds, String adminHost, String zone, ModuleChoice module) {
        token(pod);
        return new ProxySpec(
                pod.workload(),
                xds.getAddress().getHostAddress(),
                xds.getPort(),
                new TrustDomain("cluster.local"),
                state().resolve("roots.pem"),
                tokenDir(pod),
                dir.resolve("proxy-" + pod.name() + "-" + sidecars++),
                adminHost,
                Pod.ADMIN,
                zone,
                module);
    }

    private Sidecar start(Pod pod, ProxySpec spec, EnvoyAdmin admin, List<String> wrapper) {
        Path log = spec.dir().resolveSibling(spec.dir().getFileName() + ".log");
        try {
            EnvoyProcess envoy = EnvoyProcess.start(EnvoyBinary.path(), spec, wrapper, log);
            return owned(new Sidecar(pod, handle(envoy.pid()), admin, log));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ProcessHandle handle(long pid) {
        return ProcessHandle.of(pid)
                .orElseThrow(() -> new IllegalStateException("its Envoy ended at once"));
    }

    private Sidecar owned(Sidecar sidecar) {
        running.push(sidecar);
        return sidecar;
    }

    /** Starts {@code mesh} with these arguments, as a user types it, about this control plane. */
    MeshCommand command(Map<String, String> environment, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--state=" + state());
        MeshCommand started = MeshCommand.start(dir, commands++, environment, all);
        running.push(started);
        return started;
    }

    /** Starts {@code mesh} with the Envoy of this machine. */
    MeshCommand command(String... arguments) {
        return command(Map.of(MeshCommand.ENVOY, EnvoyBinary.path().toString()), arguments);
    }

    /**
     * Starts a pod's Envoy by {@code mesh proxy}; what is said of its process is said of that
     * command.
     */
    Sidecar typed(Pod pod, Map<String, String> environment, String... more) {
        token(pod);
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "proxy",
                                "--workload=" + pod.workload(),
                                "--xds=" + xds().getAddress().getHostAddress() + ":" + XDS_PORT,
                                "--admin=" + pod.ip() + ":" + Pod.ADMIN));
        arguments.addAll(List.of(more));
        MeshCommand command = command(environment, arguments.toArray(String[]::new));
        return new Sidecar(pod, command.process().toHandle(), onLoopback(pod), command.saidFile());
    }

    /** The same with the Envoy of this machine. */
    Sidecar typed(Pod pod, String... more) {
        return typed(pod, Map.of(MeshCommand.ENVOY, EnvoyBinary.path().toString()), more);
    }

    /** Starts a pod's Envoy with a configuration and surroundings that no launcher would make. */
    Sidecar byHand(Pod pod, String config, Map<String, String> environment) {
        Path own = dir.resolve("proxy-" + pod.name() + "-" + sidecars++);
        Path log = own.resolveSibling(own.getFileName() + ".log");
        Path file = own.resolveSibling(own.getFileName() + ".yaml");
        ProcessBuilder builder =
                new ProcessBuilder(
                                EnvoyBinary.path().toString(),
                                "--config-path",
                                file.toString(),
                                "--concurrency",
                                "1",
                                "--disable-hot-restart",
                                "--log-level",
                                "warning")
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        try {
            Files.writeString(file, config);
            return owned(new Sidecar(pod, builder.start().toHandle(), onLoopback(pod), log));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until these take traffic. */
    static void ready(Sidecar... sidecars) {
        for (Sidecar sidecar : sidecars) {
            sidecar.awaitReady();
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(onExit);
        end();
    }

    private void end() {
        List<Exception> failures = new ArrayList<>();
        while (!running.isEmpty()) {
            try {
                running.pop().close();
            } catch (IOException | RuntimeException e) {
                failures.add(e);
            }
        }
        if (Boolean.getBoolean(KEEP)) {
            System.err.println("kept: " + dir);
        } else {
            deleteAll(failures);
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException("not all was ended", failures.getFirst());
        }
    }

    private void deleteAll(List<Exception> failures) {
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            failures.add(e);
        }
    }
}
