package io.peakmesh.xds.translator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.xds.translator.bootstrap.Admin;
import io.peakmesh.xds.translator.bootstrap.Bootstrap;
import io.peakmesh.xds.translator.bootstrap.Module;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** Real Envoys on loopback, each started from the bootstrap that this room renders. */
final class LiveMesh implements AutoCloseable {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private static final Pattern TROUBLE =
            Pattern.compile("(fail|error|reject|timeout|overflow|none_healthy|no_route).*: [1-9]");

    private final Path dir;
    private final Certificates certificates;
    private final int port = FreePort.on("127.0.0.1");
    private SmallAds ads;
    private Server server;
    private final List<String> credentials = new CopyOnWriteArrayList<>();
    private final Map<WorkloadName, Integer> admins = new TreeMap<>();
    private final List<Process> envoys = new ArrayList<>();

    LiveMesh(Path dir, Mesh mesh) throws IOException {
        this(dir, mesh, RootsPlace.RENAMED);
    }

    LiveMesh(Path dir, Mesh mesh, RootsPlace roots) throws IOException {
        this.dir = dir;
        this.certificates = new Certificates(dir, roots);
        this.ads = new SmallAds(certificates, mesh);
        this.server = serve("xds");
    }

    private Server serve(String certificate) throws IOException {
        return NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port),
                        TlsServerCredentials.create(
                                certificates.file(certificate + ".pem").toFile(),
                                certificates.file(certificate + ".key").toFile()))
                .addService(ServerInterceptors.intercept(ads, new Credentials()))
                .build()
                .start();
    }

    /** Another control plane takes the place of the one there, which ends all its streams. */
    void replaceServer(String certificate, Mesh mesh) throws IOException {
        server.shutdownNow();
        try {
            server.awaitTermination();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ads = new SmallAds(certificates, mesh);
        server = serve(certificate);
    }

    Certificates certificates() {
        return certificates;
    }

    SmallAds ads() {
        return ads;
    }

    /** The authorization headers of the streams so far. */
    List<String> credentials() {
        return credentials;
    }

    /** Starts the workload's Envoy and waits until it takes traffic. */
    Process start(String workload) throws IOException {
        return start(workload, new Module.Absent("none here"));
    }

    Process start(String workload, Module module) throws IOException {
        WorkloadName name = WorkloadName.parse(workload);
        Path home = Files.createDirectories(dir.resolve(name.name()));
        Files.createDirectories(home.resolve("token"));
        Files.writeString(home.resolve("token/token"), "token-of-" + name.name() + "\n");
        int admin = FreePort.on("127.0.0.1");
        Bootstrap bootstrap =
                new Bootstrap(
                        name,
                        "shop",
                        "a",
                        new Bootstrap.ControlPlane(
                                "127.0.0.1",
                                port,
                                "xds.peakmesh",
                                certificates.rootsFile().toString(),
                                home.resolve("roots.yaml").toString()),
                        home.resolve("token").toString(),
                        home.resolve("token.yaml").toString(),
                        new Admin.Loopback("127.0.0.1", admin),
                        Bootstrap.MAX_CONNECTIONS,
                        module);
        Path config = home.resolve("envoy.yaml");
        Files.writeString(config, bootstrap.render());
        Files.writeString(home.resolve("token.yaml"), bootstrap.tokenSecret());
        Files.writeString(home.resolve("roots.yaml"), bootstrap.controlPlane().rootsSecret());
        List<String> command = new ArrayList<>();
        command.add(EnvoyBinary.path());
        command.addAll(bootstrap.envoyArguments(config.toString()));
        Path log = home.resolve("envoy.log");
        ProcessBuilder envoy =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        if (module instanceof Module.Placed) {
            ModuleLibrary.place(home);
            ModuleLibrary.lookIn(home, envoy.environment());
        }
        Process started = envoy.start();
        envoys.add(started);
        admins.put(name, admin);
        Awaitility.await("Envoy of " + workload + ", see " + log)
                .atMost(Duration.ofSeconds(20))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(admin(workload, "/ready")).contains("LIVE"));
        return started;
    }

    /** An answer of the workload's Envoy about itself. */
    String admin(String workload, String path) {
        Integer port = admins.get(WorkloadName.parse(workload));
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + port + path);
            return client.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.ofString(UTF_8))
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** One of the workload's Envoy's counters; 0 while it does not exist. */
    long counter(String workload, String name) {
        for (String line : admin(workload, "/stats").split("\n", -1)) {
            if (line.startsWith(name + ": ")) {
                return Long.parseLong(line.substring(name.length() + 2));
            }
        }
        return 0;
    }

    /**
     * What each Envoy last logged and which of its counters tell of a failure: for a test's error.
     */
    String lastWords() throws IOException {
        StringBuilder words = new StringBuilder();
        for (WorkloadName name : admins.keySet()) {
            List<String> log = Files.readAllLines(dir.resolve(name.name()).resolve("envoy.log"));
            words.append("\n").append(name).append(" logged:\n");
            log.subList(Math.max(0, log.size() - 30), log.size())
                    .forEach(line -> words.append(line).append('\n'));
            words.append(name).append(" counted:\n");
            admin(name.toString(), "/stats?usedonly")
                    .lines()
                    .filter(TROUBLE.asPredicate())
                    .forEach(line -> words.append(line).append('\n'));
        }
        return words.append("refused: ").append(ads.refusals()).toString();
    }

    @Override
    public void close() {
        envoys.forEach(Process::destroyForcibly);
        server.shutdownNow();
        try {
            for (Process envoy : envoys) {
                envoy.waitFor(10, TimeUnit.SECONDS);
            }
            server.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Credentials implements ServerInterceptor {
        @Override
        public <A, B> ServerCall.Listener<A> interceptCall(
                ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
            String sent = headers.get(AUTHORIZATION);
            credentials.add(sent == null ? "none" : sent);
            return next.startCall(call, headers);
        }
    }
}
