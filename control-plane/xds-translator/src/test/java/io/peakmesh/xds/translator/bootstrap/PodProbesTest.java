package io.peakmesh.xds.translator.bootstrap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.peakmesh.xds.translator.EnvoyBinary;
import io.peakmesh.xds.translator.FreePort;
import io.peakmesh.xds.translator.ModuleLibrary;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Envoy, asked as the kubelet asks. No control plane is there, so it waits for none. */
class PodProbesTest {
    private static final String POD_IP = "127.0.13.1";

    @TempDir Path dir;
    private final List<Process> running = new ArrayList<>();
    private int ready;

    @AfterEach
    void end() {
        running.forEach(Process::destroyForcibly);
    }

    @Test
    void answersForTheAppAndLetsNobodyReachMore() throws Exception {
        HttpServer http = HttpServer.create(new InetSocketAddress(POD_IP, 0), 0);
        http.createContext(
                "/healthz",
                exchange -> {
                    boolean asked =
                            "full=1".equals(exchange.getRequestURI().getQuery())
                                    && "kubelet"
                                            .equals(
                                                    exchange.getRequestHeaders()
                                                            .getFirst("x-from"));
                    exchange.getResponseHeaders().add("location", "/elsewhere");
                    exchange.sendResponseHeaders(asked ? 302 : 500, -1);
                    exchange.close();
                });
        http.start();
        HealthStatusManager health = new HealthStatusManager();
        health.setStatus("shop.$Catalog", ServingStatus.SERVING);
        Server grpc =
                NettyServerBuilder.forAddress(new InetSocketAddress(POD_IP, 0))
                        .addService(health.getHealthService())
                        .build()
                        .start();
        ServerSocket tcp = new ServerSocket(0, 50, InetAddress.getByName(POD_IP));
        start(
                List.of(
                        new AppProbe.Http(http.getAddress().getPort(), "/healthz?full=1", false),
                        new AppProbe.Tcp(tcp.getLocalPort()),
                        new AppProbe.Grpc(grpc.getPort(), "shop.$Catalog")));

        await().atMost(Duration.ofSeconds(20)).until(() -> status("GET /ready") == 200);
        assertThat(get("GET /probes/0")).startsWith("HTTP/1.1 302").doesNotContain("location");
        assertThat(status("GET /probes/1")).isEqualTo(200);
        assertThat(status("GET /probes/2")).isEqualTo(200);
        for (String other :
                List.of(
                        "GET /",
                        "GET /stats",
                        "POST /ready",
                        "GET /ready/../stats",
                        "POST /probes/0",
                        "GET /probes/0?full=2",
                        "GET /probes/3")) {
            assertThat(status(other)).as(other).isIn(400, 404);
        }

        http.stop(0);
        tcp.close();
        health.setStatus("shop.$Catalog", ServingStatus.NOT_SERVING);
        for (int probe = 0; probe < 3; probe++) {
            String path = "GET " + PodBootstrap.probePath(probe);
            await(path).atMost(Duration.ofSeconds(20)).until(() -> status(path) == 503);
        }
        assertThat(status("GET /ready")).isEqualTo(200);
        grpc.shutdownNow();
    }

    private void start(List<AppProbe> probes) throws Exception {
        PodPlace place = new PodPlace(dir);
        ready = FreePort.on(POD_IP);
        int admin = FreePort.on("127.0.0.1");
        List<String> command = new ArrayList<>(List.of(EnvoyBinary.path()));
        for (String argument :
                PodBootstrapTest.bootstrap("127.0.0.1", probes).envoyArguments("error", 1)) {
            command.add(
                    place.expand(argument, POD_IP)
                            .replace("port_value: " + ProxyImage.READY_PORT, "port_value: " + ready)
                            .replace("port_value: " + ProxyImage.ADMIN_PORT, "port_value: " + admin)
                            .replace("initial_fetch_timeout: 0s", "initial_fetch_timeout: 0.1s"));
        }
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(dir.resolve("said").toFile());
        ModuleLibrary.lookIn(dir, builder.environment());
        running.add(builder.start());
    }

    private int status(String request) {
        String answer = get(request);
        return answer.isEmpty() ? 0 : Integer.parseInt(answer.split(" ", 3)[1]);
    }

    /** The answer as it came, empty while nobody listens. */
    private String get(String request) {
        try (Socket socket = new Socket(POD_IP, ready)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(
                            (request
                                            + " HTTP/1.1\r\nhost: pod\r\nx-from: kubelet\r\n"
                                            + "connection: close\r\n\r\n")
                                    .getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
