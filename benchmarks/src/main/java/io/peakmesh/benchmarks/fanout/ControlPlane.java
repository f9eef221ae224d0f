package io.peakmesh.benchmarks.fanout;

import io.peakmesh.benchmarks.run.Child;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Our control plane as its users run it. A change is one EndpointSlice file replaced by rename, one
 * endpoint of it not ready, and the next change makes that one ready again.
 */
final class ControlPlane implements Server {
    private static final String SERVER_NAME = "xds.cluster.local";
    private static final int START_SECONDS = 120;

    private final Plan plan;
    private final MeshFolder folder;
    private final LongSupplier nanos;
    private final Path state;
    private final int port;
    private final Child child;

    /** Starts it and waits until it takes connections and has made every token. */
    ControlPlane(Plan plan, Path work, String classPath, LongSupplier nanos)
            throws IOException, InterruptedException {
        this.plan = plan;
        this.nanos = nanos;
        this.folder = new MeshFolder(plan, work.resolve("mesh"), work);
        this.state = work.resolve("state");
        folder.write();
        this.port = freePort();
        this.child =
                Child.start(
                        "the control plane",
                        work.resolve("control-plane.log"),
                        Child.java(
                                ServerFlags.FLAGS,
                                classPath,
                                List.of(
                                        "io.peakmesh.cli.Main",
                                        "control-plane",
                                        "--source",
                                        folder.dir().toString(),
                                        "--state",
                                        state.toString(),
                                        "--xds",
                                        "127.0.0.1:" + port)));
        try {
            awaitStart();
        } catch (IOException | InterruptedException | RuntimeException e) {
            child.close();
            throw e;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitStart() throws IOException, InterruptedException {
        for (int tenths = 0; !ready(); tenths++) {
            if (tenths > 10 * START_SECONDS) {
                throw new IllegalStateException(
                        "the control plane was not ready within "
                                + START_SECONDS
                                + " s:\n"
                                + child.lastLines());
            }
            child.pause(100);
        }
    }

    private boolean ready() {
        if (!Files.exists(roots()) || !hasEveryToken()) {
            return false;
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private boolean hasEveryToken() {
        return IntStream.range(0, plan.streams()).allMatch(pod -> Files.exists(token(pod)));
    }

    private Path roots() {
        return state.resolve("roots.pem");
    }

    private Path token(int pod) {
        return state.resolve(Path.of("tokens", Plan.NAMESPACE, plan.pod(pod), "token"));
    }

    @Override
    public Child child() {
        return child;
    }

    @Override
    public Fleet.Target target() {
        return new Fleet.Target(port, SERVER_NAME, roots());
    }

    @Override
    public Fleet.Role role(int stream) {
        try {
            return new Fleet.Role(
                    Uses.of(plan, stream),
                    Plan.NAMESPACE + "/" + plan.pod(stream),
                    plan.service(plan.workload(stream)),
                    Files.readString(token(stream)).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Change change(int number) {
        int service = changedService(plan, number);
        return new Change(service, plan.usersOf(service));
    }

    /** The service of change number {@code number}: each is changed twice, out and in again. */
    static int changedService(Plan plan, int number) {
        return number / 2 % plan.services();
    }

    @Override
    public long apply(int number) throws IOException {
        return folder.replaceSlice(
                changedService(plan, number), number % 2 == 0 ? 0 : MeshFolder.NONE, nanos);
    }

    @Override
    public void close() {
        child.close();
    }
}
