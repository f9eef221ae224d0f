package io.peakmesh.e2e.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.e2e.real.app.GrpcApp;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A gRPC client without a sidecar that has nothing of ours on its class path but the provider of
 * {@code peak_ewma}: the mesh's xDS makes it use that. (The test itself adds the credentials with
 * which it proves itself, as docs/grpc-clients.md says.)
 */
class GrpcBalancingE2e {
    private static final int CALLS = 600;
    private static final int PER_SECOND = 90;

    private final RealMesh mesh = new RealMesh();
    private final Pod client = Pod.unmeshed("shop", "client", "client", mesh.ip(11)).meshPort();

    @BeforeEach
    void startThreeServersOfWhichTheThirdIsSlow() throws IOException {
        List<String> documents = new ArrayList<>();
        documents.add(client.yaml());
        documents.add(Yaml.service("shop", "echo", Yaml.port("grpc", 50051, 50051)));
        for (int number = 1; number <= 3; number++) {
            documents.add(
                    Pod.unmeshed("shop", "echo-" + number, "echo", mesh.ip(20 + number), 50051)
                            .yaml());
            mesh.run(new GrpcApp("echo-" + number, mesh.at(20 + number, 50051)))
                    .takes(Duration.ofMillis(number == 3 ? 300 : 2));
        }
        mesh.folder().put("shop", documents.toArray(String[]::new));
        mesh.startControlPlane();
        mesh.token(client);
    }

    @AfterEach
    void end() {
        mesh.close();
    }

    @Test
    void itAvoidsTheSlowServer() throws IOException {
        SortedMap<String, String> said = call(classPath(true));

        assertThat(said).containsEntry("peak_ewma known", "true").containsEntry("failures", "0");
        assertThat(Integer.parseInt(said.getOrDefault("echo-3", "0"))).isLessThan(CALLS / 10);
        System.out.println("gRPC client with our provider, one of three 300 ms slower: " + said);
    }

    @Test
    void withoutTheProviderItTakesTheServersInTurn() throws IOException {
        SortedMap<String, String> said = call(classPath(false));

        assertThat(said).containsEntry("peak_ewma known", "false").containsEntry("failures", "0");
        assertThat(Integer.parseInt(said.get("echo-3")))
                .isBetween(CALLS * 3 / 10, CALLS * 37 / 100);
        System.out.println("gRPC client without our provider, one of three 300 ms slower: " + said);
    }

    /** Everything that this test has, without the rooms of Peakmesh but perhaps the provider. */
    private static String classPath(boolean provider) throws IOException {
        Path tests = location(GrpcCaller.class);
        List<String> kept = new ArrayList<>();
        int providers = 0;
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry).toAbsolutePath();
            boolean isProvider = holds(path, "io/peakmesh/peakewma/");
            if (isProvider && holds(path, "META-INF/services/io.grpc.LoadBalancerProvider")) {
                providers++;
                if (provider) {
                    kept.add(entry);
                }
            } else if (path.equals(tests) || !holds(path, "io/peakmesh/")) {
                kept.add(entry);
            }
        }
        assertThat(providers).as("our provider is on the class path of this test").isEqualTo(1);
        return String.join(File.pathSeparator, kept);
    }

    private static Path location(Class<?> of) {
        try {
            return Path.of(of.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean holds(Path entry, String name) throws IOException {
        if (!Files.isRegularFile(entry)) {
            return Files.exists(entry.resolve(name));
        }
        try (JarFile jar = new JarFile(entry.toFile())) {
            return jar.stream().anyMatch(e -> e.getName().startsWith(name));
        }
    }

    private SortedMap<String, String> call(String classPath) throws IOException {
        Path bootstrap = mesh.dir().resolve("bootstrap.json");
        Files.writeString(bootstrap, bootstrap());
        Path said = mesh.dir().resolve("grpc-caller");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--sun-misc-unsafe-memory-access=allow",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dio.grpc.xds.bootstrap=" + bootstrap,
                                "-cp",
                                classPath,
                                GrpcCaller.class.getName(),
                                "xds:///echo.shop:50051",
                                "" + PER_SECOND,
                                "" + CALLS)
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
        int code = process.onExit().join().exitValue();
        String text = Files.readString(said, StandardCharsets.UTF_8);
        assertThat(code).as(text).isZero();
        SortedMap<String, String> values = new TreeMap<>();
        for (String line : text.lines().toList()) {
            String[] pair = line.split(": |=", 2);
            if (pair.length == 2) {
                values.put(pair[0], pair[1]);
            }
        }
        return values;
    }

    private String bootstrap() {
        return """
        {"xds_servers": [{
           "server_uri": "%s:%d",
           "channel_creds": [{"type": "peakmesh", "config": {"roots": "%s", "token": "%s"}}],
           "server_features": ["xds_v3"]}],
         "node": {"id": "shop/client"}}
        """
                .formatted(
                        mesh.ip(1),
                        mesh.xds().getPort(),
                        mesh.state().resolve("roots.pem"),
                        mesh.tokenDir(client).resolve("token"));
    }
}
