package io.peakmesh.peakewma.module;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** A stock Envoy that finds the module in its own folder. */
final class Envoy implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path dir;
    private final Process process;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private Envoy(Path dir, Process process) {
        this.dir = dir;
        this.process = process;
    }

    static Envoy start(Path dir, String bootstrap) throws IOException {
        Process process =
                launch(
                        dir,
                        bootstrap,
                        "--use-dynamic-base-id",
                        "--concurrency",
                        "2",
                        "--admin-address-path",
                        dir.resolve("admin").toString());
        Envoy envoy = new Envoy(dir, process);
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(envoy.isLive()).as(envoy::log).isTrue());
        return envoy;
    }

    /** Whether Envoy takes the configuration, and what it says. */
    record Verdict(boolean accepted, String output) {}

    static Verdict validate(Path dir, String bootstrap) throws Exception {
        Process process = launch(dir, bootstrap, "--mode", "validate");
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Verdict(process.exitValue() == 0, Files.readString(dir.resolve("log")));
    }

    private static Process launch(Path dir, String bootstrap, String... more) throws IOException {
        PeakEwmaModule.forMachine(System.getProperty("os.name"), System.getProperty("os.arch"))
                .orElseThrow()
                .copyTo(dir);
        Path config = dir.resolve("bootstrap.json");
        Files.writeString(config, bootstrap);
        ProcessBuilder builder =
                new ProcessBuilder(binary(), "-c", config.toString(), "-l", "warning");
        builder.command().addAll(List.of(more));
        builder.environment().put("ENVOY_DYNAMIC_MODULES_SEARCH_PATH", dir.toString());
        return builder.redirectErrorStream(true)
                .redirectOutput(dir.resolve("log").toFile())
                .start();
    }

    private static String binary() {
        String path = System.getenv("PEAKMESH_ENVOY");
        if (path == null || path.isEmpty()) {
            throw new IllegalStateException(
                    "Envoy is missing: set PEAKMESH_ENVOY or run ./mesh test");
        }
        return path;
    }

    /** One listener that routes by the first part of the path to the cluster of that name. */
    static String bootstrap(Map<String, List<Integer>> clusters, String lbConfig) {
        String routes =
                clusters.keySet().stream()
                        .map(name ->
                                """
                                {"match": {"prefix": "/%1$s"}, "route": {"cluster": "%1$s", "timeout": "1s"}}\
                                """
                                        .formatted(name))
                        .collect(Collectors.joining(","));
        String all =
                clusters.entrySet().stream()
                        .map(cluster -> cluster(cluster.getKey(), cluster.getValue(), lbConfig))
                        .collect(Collectors.joining(","));
        String filter =
                """
                {"name": "http", "typed_config": {
                 "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                 "stat_prefix": "in",
                 "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [%s]}]},
                 "http_filters": [{"name": "router", "typed_config": {
                   "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router",
                   "upstream_log": [{"name": "peakmesh", "typed_config": {
                     "@type": "type.googleapis.com/envoy.extensions.access_loggers.dynamic_modules.v3.DynamicModuleAccessLog",
                     "dynamic_module_config": {"name": "peakmesh", "do_not_close": true},
                     "logger_name": "peak_ewma"}}]}}]}}\
                """
                        .formatted(routes);
        return bootstrap(all, filter);
    }

    /** One listener whose connections go to one cluster. */
    static String tcpBootstrap(String cluster, List<Integer> ports) {
        String filter =
                """
                {"name": "tcp", "typed_config": {
                 "@type": "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
                 "stat_prefix": "in", "cluster": "%s"}}\
                """
                        .formatted(cluster);
        return bootstrap(cluster(cluster, ports, "{\"connections\": true}"), filter);
    }

    private static String bootstrap(String clusters, String filter) {
        return """
        {"admin": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": 0}}},
         "bootstrap_extensions": [{"name": "envoy.bootstrap.dynamic_modules", "typed_config": {
           "@type": "type.googleapis.com/envoy.extensions.bootstrap.dynamic_modules.v3.DynamicModuleBootstrapExtension",
           "dynamic_module_config": {"name": "peakmesh", "do_not_close": true}, "extension_name": "peak_ewma"}}],
         "static_resources": {"clusters": [%s], "listeners": [{"name": "in",
           "address": {"socket_address": {"address": "127.0.0.1", "port_value": 0}},
           "filter_chains": [{"filters": [%s]}]}]}}
        """
                .formatted(clusters, filter);
    }

    private static String cluster(String name, List<Integer> ports, String lbConfig) {
        String endpoints =
                ports.stream()
                        .map(port ->
                                """
                                {"endpoint": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": %d}}}}\
                                """
                                        .formatted(port))
                        .collect(Collectors.joining(","));
        return """
        {"name": "%1$s", "connect_timeout": "1s",
         "load_assignment": {"cluster_name": "%1$s", "endpoints": [{"lb_endpoints": [%2$s]}]},
         "load_balancing_policy": {"policies": [{"typed_extension_config": {
           "name": "envoy.load_balancing_policies.dynamic_modules", "typed_config": {
             "@type": "type.googleapis.com/envoy.extensions.load_balancing_policies.dynamic_modules.v3.DynamicModulesLoadBalancerConfig",
             "dynamic_module_config": {"name": "peakmesh", "do_not_close": true},
             "lb_policy_name": "peak_ewma",
             "lb_policy_config": {"@type": "type.googleapis.com/google.protobuf.Struct", "value": %3$s}}}}]}}
        """
                .formatted(name, endpoints, lbConfig);
    }

    private boolean isLive() throws Exception {
        assertThat(process.isAlive()).as(this::log).isTrue();
        try {
            return Files.exists(dir.resolve("admin")) && admin("/ready").equals("LIVE\n");
        } catch (IOException notYet) {
            return false;
        }
    }

    String admin(String path) throws Exception {
        return get("http://" + Files.readString(dir.resolve("admin")) + path).body();
    }

    /** The endpoints of one cluster on the module's page. */
    JsonNode endpoints(String cluster) throws Exception {
        JsonNode page = JSON.readTree(admin("/peakmesh/endpoints?cluster=" + cluster));
        assertThat(page.get("version").asText()).isEqualTo(PeakEwmaModule.MARKER);
        return page.get("endpoints");
    }

    /** Sends a request to a cluster and returns the status of its answer. */
    int request(String cluster) throws Exception {
        return get("http://" + listener() + "/" + cluster).statusCode();
    }

    /** Address and port of the listener. */
    String listener() throws Exception {
        return admin("/listeners")
                .lines()
                .filter(line -> line.startsWith("in::"))
                .map(line -> line.substring("in::".length()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(log()));
    }

    private HttpResponse<String> get(String uri) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(uri)).timeout(Duration.ofSeconds(30)).build(),
                HttpResponse.BodyHandlers.ofString());
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
