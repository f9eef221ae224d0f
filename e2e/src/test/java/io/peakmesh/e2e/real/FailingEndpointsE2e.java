package io.peakmesh.e2e.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.e2e.real.app.HttpApp;
import io.peakmesh.e2e.real.app.LineApp;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * One of three instances is of no use: a caller notices next to nothing of it. Only what could not
 * be sent is retried, so a call that hangs or fails at the bad one has failed. The floors here are
 * loose; the benchmark measures the precise rates.
 */
class FailingEndpointsE2e {
    private static final int PER_SECOND = 100;
    private static final int LEARNING = 200;
    private static final int CALLS = 1_500;
    private static final int CONNECTIONS = 800;
    private static final int LOCAL_PORT = 17000;
    private static final double FLOOR = 0.99;
    private static final Duration GIVES_UP = Duration.ofSeconds(1);
    private static final List<String> KINDS = List.of("refusing", "hanging", "failing");

    private final RealMesh mesh = new RealMesh();
    private final Pod client =
            Pod.unmeshed("shop", "client", "client", mesh.ip(11))
                    .meshPort()
                    .with("config.peakmesh.io/local-ports", LOCAL_PORT + "=lines:7000");

    @AfterEach
    void end() {
        mesh.close();
    }

    /** Three pods for each service, the third of them is the bad one. */
    private Pod pod(String service, int number) {
        int block = service.equals("lines") ? 50 : 20 + 10 * KINDS.indexOf(service);
        int port = service.equals("lines") ? 7000 : 8080;
        return Pod.unmeshed("shop", service + "-" + number, service, mesh.ip(block + number), port);
    }

    private InetSocketAddress app(String service, int number) {
        Pod pod = pod(service, number);
        return new InetSocketAddress(pod.ip(), pod.ports().getFirst());
    }

    private Sidecar start(List<String> services) {
        List<String> documents = new ArrayList<>();
        documents.add(client.yaml());
        for (String service : services) {
            documents.add(
                    service.equals("lines")
                            ? Yaml.service("shop", service, Yaml.port("tcp", 7000, 7000))
                            : Yaml.service("shop", service, Yaml.port("http", 80, 8080)));
            for (int number = 1; number <= 3; number++) {
                documents.add(pod(service, number).yaml());
            }
        }
        mesh.folder().put("shop", documents.toArray(String[]::new));
        mesh.startControlPlane();
        Sidecar sidecar = mesh.sidecar(client);
        RealMesh.ready(sidecar);
        return sidecar;
    }

    @Test
    void anInstanceThatRefusesHangsOrFailsIsNoticedByFewCalls() throws IOException {
        for (String kind : KINDS) {
            for (int number = 1; number <= 2; number++) {
                mesh.run(new HttpApp(kind + "-" + number, app(kind, number)));
            }
        }
        mesh.run(new HttpApp("hanging-3", app("hanging", 3))).takes(Duration.ofMinutes(10));
        mesh.run(new HttpApp("failing-3", app("failing", 3))).answers(503);
        Sidecar sidecar = start(KINDS);
        List<OpenLoop> loads = new ArrayList<>();
        List<OpenLoop.Outcome> outcomes = new ArrayList<>();
        try (HttpCaller caller = HttpCaller.through(client).patience(GIVES_UP)) {
            for (String kind : KINDS) {
                awaitAnswer(caller, kind);
            }
            for (String kind : KINDS) {
                loads.add(new OpenLoop(PER_SECOND, () -> caller.named(kind, "/")));
            }
            for (int i = 0; i < KINDS.size(); i++) {
                System.out.println(
                        "one of three "
                                + KINDS.get(i)
                                + ", while learning: "
                                + loads.get(i).first(LEARNING));
            }
            for (OpenLoop load : loads) {
                outcomes.add(load.from(LEARNING, CALLS));
            }
            loads.forEach(OpenLoop::close);
        }
        for (int i = 0; i < KINDS.size(); i++) {
            String kind = KINDS.get(i);
            long retries =
                    sidecar.admin()
                            .sum(name ->
                                    name.contains("|shop/" + kind + "|")
                                            && name.endsWith(".upstream_rq_retry"));
            System.out.println(
                    "one of three " + kind + ": " + outcomes.get(i) + ", retries: " + retries);
        }
        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.ok()).isGreaterThan(FLOOR));
    }

    /** The first call brings the service's configuration; what comes meanwhile would wait. */
    private static void awaitAnswer(HttpCaller caller, String service) {
        Awaitility.await("an answer of " + service)
                .atMost(Duration.ofSeconds(20))
                .ignoreExceptions()
                .until(() -> !caller.named(service, "/").isEmpty());
    }

    @Test
    void aTcpInstanceThatRefusesGetsHardlyAnyConnection() throws IOException {
        for (int number = 1; number <= 2; number++) {
            mesh.run(new LineApp("lines-" + number, app("lines", number), false));
        }
        Sidecar sidecar = start(List.of("lines"));
        InetSocketAddress door = mesh.at(11, LOCAL_PORT);
        OpenLoop.Outcome outcome;
        try (OpenLoop load = new OpenLoop(PER_SECOND, () -> named(door))) {
            outcome = load.first(CONNECTIONS);
        }
        long refused =
                sidecar.admin()
                        .sum(name ->
                                name.contains("|shop/lines|")
                                        && name.endsWith(".upstream_cx_connect_fail"));
        System.out.println(
                "one of three TCP instances refusing: "
                        + outcome
                        + ", connections refused: "
                        + refused);
        assertThat(outcome.ok()).isGreaterThan(FLOOR);
        assertThat(refused).isBetween(1L, CONNECTIONS / 50L);
    }

    private static String named(InetSocketAddress door) {
        String answer = LineCaller.ask(door, "hi");
        if (!answer.endsWith(": hi")) {
            throw new IllegalStateException("no line but '" + answer + "'");
        }
        return answer.substring(0, answer.indexOf(':'));
    }
}
