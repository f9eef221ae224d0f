package io.peakmesh.e2e.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.peakmesh.e2e.real.app.GrpcApp;
import io.peakmesh.e2e.real.app.HttpApp;
import io.peakmesh.e2e.real.app.LineApp;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two callees, one caller, load by HTTP, gRPC and TCP: what the control plane's trouble does. */
class OutageE2e {
    private static final int LOCAL_PORT = 17000;
    private static final int SOME = 400;

    private RealMesh mesh = new RealMesh();

    @AfterEach
    void end() {
        mesh.close();
    }

    private Pod callee(int number) {
        return Pod.unmeshed(
                        "shop", "echo-" + number, "echo", mesh.ip(20 + number), 8080, 50051, 7000)
                .meshPort();
    }

    private Pod caller() {
        return Pod.unmeshed("shop", "caller", "caller", mesh.ip(11))
                .meshPort()
                .with("config.peakmesh.io/local-ports", LOCAL_PORT + "=echo:7000");
    }

    /** Writes the objects: whether the namespace enforces its targets, and who is there. */
    private void write(String access, Pod... pods) {
        List<String> objects = new ArrayList<>();
        objects.add(Yaml.namespace("shop", access, "deny"));
        objects.add(
                Yaml.service(
                        "shop",
                        "echo",
                        Yaml.port("http", 80, 8080)
                                + ", "
                                + Yaml.port("grpc", 50051, 50051)
                                + ", "
                                + Yaml.port("tcp", 7000, 7000)));
        objects.add(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: late, namespace: shop}
                spec:
                  selector: {app: echo}
                  ports: [{name: http, port: 80, targetPort: 8080}]
                """);
        objects.add(Yaml.routes("shop", "all", "/.*", "*"));
        objects.add(Yaml.tcpRoute("shop", "lines", 7000));
        objects.add(Yaml.target("shop", "caller", "echo", "HTTPRouteGroup", "all"));
        objects.add(Yaml.target("shop", "caller", "echo", "TCPRoute", "lines"));
        for (Pod pod : pods) {
            objects.add(pod.yaml());
        }
        mesh.folder().put("shop", objects.toArray(String[]::new));
    }

    /** Starts all of it; returns the sidecars, the caller's first. */
    private Sidecar[] start() throws IOException {
        write("enforcing", caller(), callee(1), callee(2));
        mesh.startControlPlane();
        for (int i = 1; i <= 2; i++) {
            mesh.run(new HttpApp("echo-" + i, mesh.at(20 + i, 8080)));
            mesh.run(new GrpcApp("echo-" + i, mesh.at(20 + i, 50051)));
            mesh.run(new LineApp("echo-" + i, mesh.at(20 + i, 7000), false));
        }
        Sidecar[] sidecars = {
            mesh.sidecar(caller()), mesh.sidecar(callee(1)), mesh.sidecar(callee(2))
        };
        RealMesh.ready(sidecars);
        return sidecars;
    }

    /** Every protocol at once, through the caller's sidecar. */
    private final class Everything implements AutoCloseable {
        private final HttpCaller http = HttpCaller.through(caller());
        private final ManagedChannel grpc =
                NettyChannelBuilder.forAddress(new InetSocketAddress(mesh.ip(11), Pod.OUTBOUND))
                        .overrideAuthority("echo:50051")
                        .usePlaintext()
                        .build();
        private final InetSocketAddress lines = mesh.at(11, LOCAL_PORT);
        private final Load load =
                new Load(
                        4,
                        () -> {
                            HttpCaller.Answer answer = http.get("echo", "/");
                            return answer.ok() ? "" : answer.toString();
                        },
                        () -> GrpcApp.say(grpc).startsWith("echo-") ? "" : "wrong answer",
                        () -> LineCaller.ask(lines, "hi").endsWith(": hi") ? "" : "no line");

        /** One connection that was opened before anything changed, and shall outlive it. */
        private final LineCaller session = new LineCaller(lines);

        Everything() throws IOException {
            assertSessionLives();
        }

        void assertSessionLives() throws IOException {
            assertThat(session.ask("still there")).endsWith(": still there");
        }

        @Override
        public void close() throws IOException {
            load.close();
            session.close();
            grpc.shutdownNow();
            http.close();
        }
    }

    /** Every configuration that a proxy took from the control plane, by kind. */
    private static SortedMap<String, Long> updates(Sidecar... sidecars) {
        SortedMap<String, Long> all = new TreeMap<>();
        for (Sidecar sidecar : sidecars) {
            sidecar.admin()
                    .updates()
                    .forEach((name, count) -> all.put(sidecar.pod().name() + " " + name, count));
        }
        return all;
    }

    @Test
    void whatIsKnownGoesOnWithoutTheControlPlaneAndNothingIsSentAgainWhenItReturns()
            throws IOException {
        Sidecar[] sidecars = start();
        try (Everything all = new Everything()) {
            all.load.more(SOME);
            assertThat(all.load.failures()).isEmpty();
            SortedMap<String, Long> before = updates(sidecars);

            mesh.controlPlane().kill();
            all.load.more(SOME);
            assertThat(all.load.failures()).as("without a control plane").isEmpty();
            ControlPlane second = mesh.startControlPlane();
            for (Sidecar sidecar : sidecars) {
                Awaitility.await(sidecar.pod().name() + " is connected again")
                        .atMost(Duration.ofSeconds(60))
                        .until(sidecar.admin()::connected);
            }
            Awaitility.await("every proxy is heard")
                    .until(() -> second.get("/proxies").size() == sidecars.length);
            all.load.more(SOME);

            all.assertSessionLives();
            assertThat(all.load.failures()).as("after its return").isEmpty();
            assertThat(second.get("/counters").path("resourcesSent").asLong()).isZero();
            assertThat(updates(sidecars)).isEqualTo(before);
            assertThat(before).as("there is something to compare").hasSizeGreaterThan(6);
            System.out.println(
                    "control plane killed and restarted under load: "
                            + all.load.calls()
                            + " calls, 0 failures, 0 resources sent anew");
        }
    }

    @Test
    void aFirstCallDuringAnOutageIsAnsweredWhenTheControlPlaneReturns() throws Exception {
        Sidecar[] sidecars = start();
        try (HttpCaller caller = HttpCaller.through(caller())) {
            assertThat(caller.get("echo", "/").status()).isEqualTo(200);
            mesh.controlPlane().kill();
            CompletableFuture<HttpCaller.Answer> first =
                    CompletableFuture.supplyAsync(() -> caller.get("late", "/"));
            Awaitility.await("the sidecar has the request and is alone with it")
                    .until(() ->
                            !sidecars[0].admin().connected()
                                    && sidecars[0]
                                                    .admin()
                                                    .sum(
                                                            "http.outbound.downstream_rq_active"
                                                                    ::equals)
                                            == 1);
            assertThat(first).isNotDone();

            mesh.startControlPlane();

            assertThat(first.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
        }
    }

    @Test
    void leavesAreRenewedUnderLoadWithoutAFailedCall() throws IOException {
        mesh.close();
        mesh = new RealMesh("--leaf-ttl", "12s");
        Sidecar[] sidecars = start();
        int renewals = 0;
        try (Everything all = new Everything()) {
            for (; renewals < 3; renewals++) {
                SortedMap<String, String> before = serials(sidecars);
                Awaitility.await("all leaves are renewed once more")
                        .atMost(Duration.ofSeconds(30))
                        .pollInterval(Duration.ofMillis(200))
                        .until(() ->
                                serials(sidecars).entrySet().stream()
                                        .noneMatch(before.entrySet()::contains));
            }
            all.load.more(SOME);
            all.assertSessionLives();
            assertThat(all.load.failures()).isEmpty();
            System.out.println(
                    "3 renewals of 3 leaves under load: "
                            + all.load.calls()
                            + " calls, 0 failures");
        }
    }

    private static SortedMap<String, String> serials(Sidecar... sidecars) {
        SortedMap<String, String> serials = new TreeMap<>();
        for (Sidecar sidecar : sidecars) {
            EnvoyAdmin.Leaf leaf = sidecar.admin().leaf();
            assertThat(leaf.uris()).containsExactly(sidecar.pod().spiffeId());
            serials.put(sidecar.pod().name(), leaf.serial());
        }
        return serials;
    }

    @Test
    void endpointsComeAndGoUnderLoadWithoutAFailedCall() throws IOException {
        Sidecar[] sidecars = start();
        try (Everything all = new Everything()) {
            all.load.more(SOME);
            for (int round = 0; round < 5; round++) {
                write("enforcing", caller(), callee(1 + round % 2));
                awaitEndpoints(sidecars[0], 1);
                all.load.more(100);
                write("enforcing", caller(), callee(1), callee(2));
                awaitEndpoints(sidecars[0], 2);
                all.load.more(100);
            }
            assertThat(all.load.failures()).isEmpty();
            System.out.println(
                    "5 times an endpoint went and came under load: "
                            + all.load.calls()
                            + " calls, 0 failures");
        }
    }

    private static void awaitEndpoints(Sidecar caller, int count) {
        Awaitility.await("the caller's sidecar knows " + count)
                .atMost(Duration.ofSeconds(20))
                .until(() ->
                        caller
                                .admin()
                                .stats(name ->
                                        name.contains("|shop/echo|")
                                                && name.endsWith(".membership_total"))
                                .values()
                                .stream()
                                .allMatch(n -> n == count));
    }

    @Test
    void aPolicyThatStillAllowsTheCallerChangesUnderLoadWithoutAFailedCall() throws IOException {
        Sidecar[] sidecars = start();
        try (Everything all = new Everything()) {
            all.load.more(SOME);
            for (int round = 0; round < 3; round++) {
                for (String access : new String[] {"permissive", "enforcing"}) {
                    SortedMap<String, Long> before = updates(sidecars[1], sidecars[2]);
                    write(access, caller(), callee(1), callee(2));
                    Awaitility.await("both callees take the policy")
                            .atMost(Duration.ofSeconds(20))
                            .until(() -> listenersChanged(before, sidecars[1], sidecars[2]));
                    all.load.more(100);
                }
            }
            all.assertSessionLives();
            assertThat(all.load.failures()).isEmpty();
            System.out.println(
                    "6 changes of policy under load: " + all.load.calls() + " calls, 0 failures");
        }
    }

    private static boolean listenersChanged(SortedMap<String, Long> before, Sidecar... callees) {
        SortedMap<String, Long> now = updates(callees);
        for (Sidecar callee : callees) {
            String prefix = callee.pod().name() + " ";
            if (now.tailMap(prefix)
                    .headMap(prefix + "~")
                    .equals(before.tailMap(prefix).headMap(prefix + "~"))) {
                return false;
            }
        }
        return true;
    }

    @Test
    void badObjectsAmongGoodOnesChangeNothingForTheRest() throws IOException {
        start();
        try (Everything all = new Everything()) {
            all.load.more(SOME);
            assertThat(all.load.failures()).isEmpty();

            mesh.folder()
                    .put(
                            "bad",
                            "apiVersion: v1\nkind: Service\nmetadata: {name: noports, namespace: shop}\n"
                                    + "spec: {ports: seven}",
                            Yaml.split("shop", "echo", Yaml.backend("nowhere", -5)),
                            Yaml.target("shop", "caller", "ghost", "HTTPRouteGroup", "no"),
                            "apiVersion: v1\nkind: Pod\nmetadata: {namespace: shop}");
            mesh.folder().put("junk", "{{{ this is : not [ YAML");
            Awaitility.await("every one of them is named")
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() ->
                            assertThat(mesh.controlPlane().get("/problems").toString())
                                    .contains(
                                            "noports",
                                            "weight",
                                            "caller-to-ghost",
                                            "metadata.name",
                                            "junk"));
            mesh.folder().put("shop", "apiVersion: v1\nkind: Service\nmetadata: {name: ec");
            Awaitility.await("the half-written file is named")
                    .atMost(Duration.ofSeconds(20))
                    .until(() ->
                            mesh.controlPlane()
                                    .get("/problems")
                                    .findValuesAsText("object")
                                    .contains("shop.yaml"));
            all.load.more(SOME);

            assertThat(all.load.failures()).isEmpty();
            System.out.println("problems: " + mesh.controlPlane().get("/problems"));
        }
    }
}
