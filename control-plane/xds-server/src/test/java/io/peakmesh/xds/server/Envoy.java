package io.peakmesh.xds.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A stock Envoy that gets everything from an xDS server on loopback, without TLS. */
final class Envoy implements AutoCloseable {
    private final Process process;
    private final Path log;
    private final int admin;
    private final HttpClient http = HttpClient.newHttpClient();

    private Envoy(Process process, Path log, int admin) {
        this.process = process;
        this.log = log;
        this.admin = admin;
    }

    static Envoy start(Path folder, String node, String token, int xdsPort) {
        return start(folder, node, token, xdsPort, "{}");
    }

    /** {@code metadata} of the node, as YAML. */
    static Envoy start(Path folder, String node, String token, int xdsPort, String metadata) {
        String binary =
                Optional.ofNullable(System.getenv("PEAKMESH_ENVOY"))
                        .orElseThrow(() ->
                                new AssertionError(
                                        "Envoy is missing: set PEAKMESH_ENVOY or run"
                                                + " ./mesh test"));
        int admin = freePort();
        try {
            Path config = folder.resolve("bootstrap.yaml");
            Files.writeString(config, bootstrap(node, metadata, token, xdsPort, admin));
            Path log = folder.resolve("envoy.log");
            Process process =
                    new ProcessBuilder(
                                    binary,
                                    "-c",
                                    config.toString(),
                                    "--use-dynamic-base-id",
                                    "--concurrency",
                                    "1")
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            return new Envoy(process, log, admin);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String bootstrap(
            String node, String metadata, String token, int xds, int admin) {
        return """
        node: {id: %s, cluster: test, metadata: %s}
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}
        dynamic_resources:
          lds_config: {resource_api_version: V3, ads: {}}
          cds_config: {resource_api_version: V3, ads: {}}
          ads_config:
            api_type: DELTA_GRPC
            transport_api_version: V3
            set_node_on_first_message_only: true
            grpc_services:
            - envoy_grpc: {cluster_name: xds, retry_policy: {retry_back_off: {base_interval: 0.1s, max_interval: 0.5s}}}
              initial_metadata: [{key: authorization, value: "Bearer %s"}]
        static_resources:
          clusters:
          - name: xds
            connect_timeout: 1s
            load_assignment:
              cluster_name: xds
              endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]
            typed_extension_protocol_options:
              envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                explicit_http_config: {http2_protocol_options: {}}
        """
                .formatted(node, metadata, admin, token, xds);
    }

    /** A page of the admin port; empty while it does not answer. */
    String admin(String path) {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + path))
                            .timeout(Duration.ofSeconds(5))
                            .build();
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** The value of one counter or gauge, -1 if there is none. */
    long stat(String name) {
        return admin("/stats?filter=" + name)
                .lines()
                .filter(line -> line.startsWith(name + ": "))
                .mapToLong(line -> Long.parseLong(line.substring(name.length() + 2)))
                .findFirst()
                .orElse(-1);
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
