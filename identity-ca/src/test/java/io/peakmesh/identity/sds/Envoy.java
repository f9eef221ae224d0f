package io.peakmesh.identity.sds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.bootstrap.v3.Admin;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A stock Envoy with static listeners and clusters whose secrets come from files in its folder. */
final class Envoy implements AutoCloseable {
    private final Path dir;
    private final Process process;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private Envoy(Path dir, Process process) {
        this.dir = dir;
        this.process = process;
    }

    static Envoy start(
            Path dir,
            Map<String, ByteString> secrets,
            List<Listener> listeners,
            List<Cluster> clusters)
            throws IOException {
        Bootstrap.Builder bootstrap = Bootstrap.newBuilder();
        bootstrap.getNodeBuilder().setId("test").setCluster("test");
        bootstrap.setAdmin(Admin.newBuilder().setAddress(loopback(0)));
        bootstrap.getStaticResourcesBuilder().addAllListeners(listeners).addAllClusters(clusters);
        for (Map.Entry<String, ByteString> secret : secrets.entrySet()) {
            writeSecret(dir, secret.getKey(), secret.getValue());
        }
        Path config = dir.resolve("bootstrap.pb");
        Files.write(config, bootstrap.build().toByteArray());
        Process process =
                new ProcessBuilder(
                                binary(),
                                "-c",
                                config.toString(),
                                "--use-dynamic-base-id",
                                "--concurrency",
                                "1",
                                "-l",
                                "warning",
                                "--admin-address-path",
                                dir.resolve("admin").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(dir.resolve("log").toFile())
                        .start();
        Envoy envoy = new Envoy(dir, process);
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(envoy.isLive()).as(() -> envoy.log()).isTrue());
        return envoy;
    }

    private static String binary() {
        String path = System.getenv("PEAKMESH_ENVOY");
        if (path == null || path.isEmpty()) {
            throw new IllegalStateException(
                    "Envoy is missing: set PEAKMESH_ENVOY or run ./mesh test");
        }
        return path;
    }

    /** Replaces a secret's file at once, as Envoy wants it. */
    void replaceSecret(String name, ByteString secret) throws IOException {
        writeSecret(dir, name, secret);
    }

    /** The bytes of the secret that this Envoy has. */
    ByteString secret(String name) throws IOException {
        byte[] file = Files.readAllBytes(secretFile(dir, name));
        return DiscoveryResponse.parseFrom(file).getResources(0).getValue();
    }

    private static void writeSecret(Path dir, String name, ByteString secret) throws IOException {
        Any any =
                Any.newBuilder()
                        .setTypeUrl(
                                "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret")
                        .setValue(secret)
                        .build();
        Path next = dir.resolve(name + ".next");
        Files.write(next, DiscoveryResponse.newBuilder().addResources(any).build().toByteArray());
        Files.move(next, secretFile(dir, name), StandardCopyOption.ATOMIC_MOVE);
    }

    static Path secretFile(Path dir, String name) {
        return dir.resolve(name + ".pb");
    }

    static Address loopback(int port) {
        return Address.newBuilder()
                .setSocketAddress(
                        SocketAddress.newBuilder().setAddress("127.0.0.1").setPortValue(port))
                .build();
    }

    static Any any(Message message) {
        return Any.pack(message);
    }

    private boolean isLive() throws Exception {
        assertThat(process.isAlive()).as(this::log).isTrue();
        if (!Files.exists(dir.resolve("admin"))) {
            return false;
        }
        try {
            return admin("/ready").equals("LIVE\n");
        } catch (IOException notYet) {
            return false;
        }
    }

    String admin(String path) throws Exception {
        return get("http://" + Files.readString(dir.resolve("admin")) + path).body();
    }

    HttpResponse<String> get(String uri) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(uri)).timeout(Duration.ofSeconds(10)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The value of one counter or gauge, 0 if there is none of that name. */
    long stat(String name) throws Exception {
        return admin("/stats")
                .lines()
                .filter(line -> line.startsWith(name + ": "))
                .map(line -> Long.valueOf(line.substring(name.length() + 2)))
                .findFirst()
                .orElse(0L);
    }

    int port(String listener) throws Exception {
        String prefix = listener + "::127.0.0.1:";
        return admin("/listeners")
                .lines()
                .filter(line -> line.startsWith(prefix))
                .map(line -> Integer.valueOf(line.substring(prefix.length())))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(log()));
    }

    private String log() {
        try {
            return Files.readString(dir.resolve("log"));
        } catch (IOException none) {
            return "no log: " + none;
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
