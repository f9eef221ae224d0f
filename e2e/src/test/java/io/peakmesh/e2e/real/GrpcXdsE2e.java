package io.peakmesh.e2e.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.peakmesh.e2e.real.app.GrpcApp;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client without a sidecar: gRPC's own xDS client, fed by the same control plane. */
class GrpcXdsE2e {
    private final RealMesh mesh = new RealMesh();
    private final Pod client = Pod.unmeshed("shop", "client", "client", mesh.ip(11)).meshPort();

    @AfterEach
    void end() {
        mesh.close();
    }

    private Pod server(int number) {
        return Pod.unmeshed("shop", "echo-" + number, "echo", mesh.ip(20 + number), 50051);
    }

    private void write(int... servers) {
        List<String> documents = new ArrayList<>();
        documents.add(client.yaml());
        documents.add(Yaml.service("shop", "echo", Yaml.port("grpc", 50051, 50051)));
        for (int number : servers) {
            documents.add(server(number).yaml());
        }
        mesh.folder().put("shop", documents.toArray(String[]::new));
    }

    /** gRPC reads this once in a JVM, which is why this class has one test. */
    private void bootstrap() {
        mesh.token(client);
        System.setProperty(
                "io.grpc.xds.bootstrapConfig",
                """
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
                                mesh.tokenDir(client).resolve("token")));
    }

    private static Set<String> answering(ManagedChannel channel) {
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < 20; i++) {
            names.add(GrpcApp.say(channel).strip());
        }
        return names;
    }

    @Test
    void grpcsOwnXdsClientBalancesOverAServiceAndFollowsItsEndpoints() throws IOException {
        write(1, 2);
        mesh.startControlPlane();
        for (int number = 1; number <= 3; number++) {
            mesh.run(new GrpcApp("echo-" + number, mesh.at(20 + number, 50051)));
        }
        bootstrap();
        ManagedChannel channel =
                NettyChannelBuilder.forTarget("xds:///echo.shop:50051").usePlaintext().build();
        try {
            assertThat(answering(channel)).containsExactly("echo-1", "echo-2");

            write(2, 3);

            Awaitility.await("it follows")
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() ->
                            assertThat(answering(channel)).containsExactly("echo-2", "echo-3"));
        } finally {
            channel.shutdownNow();
        }
    }
}
