package io.peakmesh.e2e.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.peakmesh.e2e.real.app.HttpApp;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which instance gets a request, without anybody having asked for anything. */
class BalancingE2e {
    private static final int PER_SECOND = 150;
    private static final String CLUSTER = "svc|shop/web|80";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final RealMesh mesh = new RealMesh();
    private final Pod client = Pod.unmeshed("shop", "client", "client", mesh.ip(11)).meshPort();

    @AfterEach
    void end() {
        mesh.close();
    }

    private Pod instance(int number) {
        return Pod.unmeshed("shop", "web-" + number, "web", mesh.ip(20 + number), 8080).meshPort();
    }

    private void write(String annotations) {
        List<String> documents = new ArrayList<>();
        documents.add(client.yaml());
        documents.add(Yaml.annotated("shop", "web", annotations, Yaml.port("http", 80, 8080)));
        for (int number = 1; number <= 3; number++) {
            documents.add(instance(number).yaml());
        }
        mesh.folder().put("shop", documents.toArray(String[]::new));
    }

    /** Of three meshed instances the third takes 200 ms; returns the client's sidecar. */
    private Sidecar start() throws IOException {
        write("");
        mesh.startControlPlane();
        List<Sidecar> sidecars = new ArrayList<>();
        sidecars.add(mesh.typed(client));
        for (int number = 1; number <= 3; number++) {
            mesh.run(new HttpApp("web-" + number, mesh.at(20 + number, 8080)))
                    .takes(Duration.ofMillis(number == 3 ? 200 : 2));
            sidecars.add(mesh.sidecar(instance(number)));
        }
        RealMesh.ready(sidecars.toArray(Sidecar[]::new));
        return sidecars.getFirst();
    }

    private static void awaitPolicy(Sidecar client, String word) {
        Awaitility.await("the client's sidecar balances by " + word)
                .atMost(PATIENCE)
                .until(() -> client.admin().dynamicCluster(CLUSTER).contains(word));
    }

    @Test
    void theSlowOneOfThreeIsAvoidedUnlessTheServiceAsksForItsTurn() throws IOException {
        Sidecar sidecar = start();
        try (HttpCaller caller = HttpCaller.through(client);
                OpenLoop load = new OpenLoop(PER_SECOND, () -> caller.named("web", "/"))) {
            OpenLoop.Outcome learning = load.next(300);
            OpenLoop.Outcome byDefault = load.next(1_200);
            assertThat(sidecar.admin().dynamicCluster(CLUSTER)).contains("peak_ewma", "peakmesh");
            assertPageNamesTheSlowOne(sidecar);

            write("peakmesh.io/balancing: round-robin");
            awaitPolicy(sidecar, "round_robin");
            load.next(10);
            OpenLoop.Outcome inTurn = load.next(300);

            write("");
            awaitPolicy(sidecar, "peak_ewma");
            load.next(150);
            OpenLoop.Outcome again = load.next(750);

            System.out.println("one of three 200 ms slower, while learning: " + learning);
            System.out.println("one of three 200 ms slower, by default: " + byDefault);
            System.out.println("one of three 200 ms slower, round-robin asked for: " + inTurn);
            System.out.println("one of three 200 ms slower, by default again: " + again);
            assertThat(load.failures()).isEmpty();
            assertThat(byDefault.share("web-3")).isLessThan(0.1);
            assertThat(inTurn.share("web-3")).isBetween(0.30, 0.37);
            assertThat(again.share("web-3")).isLessThan(0.1);
        }
    }

    private void assertPageNamesTheSlowOne(Sidecar sidecar) {
        Awaitility.await("the slow one costs the most")
                .atMost(PATIENCE)
                .untilAsserted(() -> {
                    SortedMap<String, Double> costs = costs(sidecar);
                    assertThat(costs).hasSize(3);
                    assertThat(costs.get(costs.lastKey()))
                            .as(costs.toString())
                            .isGreaterThan(costs.get(costs.firstKey()))
                            .isEqualTo(Collections.max(costs.values()));
                });
        MeshCommand diagnostics =
                mesh.command("diagnostics", "endpoints", "--proxy", "shop/client");
        assertThat(diagnostics.exit()).as(diagnostics.said()).isZero();
        System.out.println(diagnostics.said());
        assertThat(diagnostics.said()).contains("web-1", "web-2", "web-3", mesh.ip(23));
    }

    /** Milliseconds by address, as the module's page says. */
    private static SortedMap<String, Double> costs(Sidecar sidecar) {
        SortedMap<String, Double> costs = new TreeMap<>();
        for (JsonNode endpoint : sidecar.admin().moduleEndpoints().path("endpoints")) {
            if (endpoint.path("cluster").asText().equals(CLUSTER)) {
                costs.put(endpoint.path("address").asText(), endpoint.path("cost_ms").asDouble());
            }
        }
        return costs;
    }
}
