package io.peakmesh.benchmarks.balancing;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.peakmesh.benchmarks.run.Child;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A stock Envoy that was just started: one worker, no hot restart. */
final class Sidecar implements AutoCloseable {
    private static final int LOOK_MILLIS = 10;
    private static final int LOOKS = 2_000;

    private final Child child;
    private final int port;

    private Sidecar(Child child, int port) {
        this.child = child;
        this.port = port;
    }

    /**
     * Starts one, and waits until it takes requests.
     *
     * @param modules the folder with {@code libpeakmesh.so}
     * @throws IllegalStateException with Envoy's last lines if it does not come up
     */
    static Sidecar start(Path envoy, Path modules, Bootstrap bootstrap, int port, Path dir)
            throws IOException, InterruptedException {
        Path config = dir.resolve("envoy-" + port + ".pb");
        Files.write(config, bootstrap.toByteArray());
        ProcessBuilder command =
                new ProcessBuilder(
                        List.of(
                                envoy.toString(),
                                "--config-path",
                                config.toString(),
                                "--concurrency",
                                "1",
                                "--disable-hot-restart",
                                "--log-level",
                                "warning"));
        command.environment().put("ENVOY_DYNAMIC_MODULES_SEARCH_PATH", modules.toString());
        Child child = Child.start("Envoy", dir.resolve("envoy-" + port + ".log"), command);
        Sidecar sidecar = new Sidecar(child, port);
        try {
            sidecar.awaitListener();
            return sidecar;
        } catch (IOException | InterruptedException | RuntimeException e) {
            sidecar.close();
            throw e;
        }
    }

    private void awaitListener() throws IOException, InterruptedException {
        for (int look = 0; look < LOOKS; look++) {
            child.pause(LOOK_MILLIS);
            if (listens()) {
                return;
            }
        }
        throw new IllegalStateException("Envoy does not listen:\n" + child.lastLines());
    }

    private boolean listens() {
        try (SocketChannel taken = SocketChannel.open(Ports.address(port))) {
            return taken.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Throws IllegalStateException with its last lines if it has ended. */
    void check() throws IOException, InterruptedException {
        child.pause(0);
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        child.close();
    }
}
