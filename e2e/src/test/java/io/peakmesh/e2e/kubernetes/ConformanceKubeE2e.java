package io.peakmesh.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowingConsumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The 24 steps of the SMI conformance suite (traffic-access 7, traffic-spec 6, traffic-split 11),
 * in order. The suite itself cannot run: it wants CRDs of apiextensions v1beta1. What it sends is
 * sent here too, with what other meshes stumbled on: {@code matches} at the top, a port as text, a
 * host that ends with a dot, and a runner outside the mesh while everything is denied by default.
 */
@TestMethodOrder(MethodOrderer.MethodName.class)
class ConformanceKubeE2e {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NAMESPACE = ConformanceTown.NAMESPACE;
    private static final String METRICS = ConformanceTown.url("app-b", "/metrics");
    private static final String ECHO = ConformanceTown.url("app-b", "/echo");
    private static final String SPLIT = ConformanceTown.url("app-svc", "/echo");
    private static final int REQUESTS = 50;

    @RegisterExtension static final Cluster CLUSTER = new Cluster();

    private static KubeMesh mesh;
    private static ConformanceTown town;

    @BeforeAll
    static void start() {
        mesh = new KubeMesh(CLUSTER);
        mesh.startControlPlane();
        town = mesh.run(new ConformanceTown(CLUSTER, mesh));
    }

    @AfterAll
    static void end() {
        mesh.close();
    }

    private static void access(String mode) {
        CLUSTER.kubectl(
                        "annotate",
                        "--overwrite",
                        "namespace",
                        NAMESPACE,
                        "peakmesh.io/access=" + mode,
                        "peakmesh.io/unmeshed-callers=allow")
                .orThrow();
    }

    /** What app a counted once it made these calls, as soon as that is what is expected. */
    private static void eventually(List<String> calls, ThrowingConsumer<Outcome> expected) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> {
                    town.forget();
                    for (String call : calls) {
                        int blank = call.indexOf(' ');
                        town.call(call.substring(0, blank), call.substring(blank + 1));
                    }
                    expected.accept(
                            new Outcome(
                                    town.metrics("app-a"),
                                    town.metrics("app-b"),
                                    town.metrics("app-c")));
                });
    }

    private record Outcome(
            ConformanceApp.Metrics a, ConformanceApp.Metrics b, ConformanceApp.Metrics c) {
        private void only(String method, String url, String deniedMethod, String deniedUrl) {
            assertThat(a.succeeded()).containsExactly(new ConformanceApp.Call(method, url, 200));
            assertThat(a.failed())
                    .containsExactly(new ConformanceApp.Call(deniedMethod, deniedUrl, 403));
        }

        private void denied(String method, String url) {
            assertThat(a.succeeded()).isEmpty();
            assertThat(a.failed()).containsExactly(new ConformanceApp.Call(method, url, 403));
            assertThat(b.received()).isZero();
        }

        private void allowed(String method, String url) {
            assertThat(a.succeeded()).containsExactly(new ConformanceApp.Call(method, url, 200));
            assertThat(a.failed()).isEmpty();
            assertThat(b.received()).isEqualTo(1);
        }
    }

    private static void programmed(String object) {
        CLUSTER.kubectl(
                        "wait",
                        "-n",
                        NAMESPACE,
                        "--for=condition=Programmed",
                        "--timeout=60s",
                        object)
                .orThrow();
    }

    private static void crd(String name) {
        Said said = CLUSTER.kubectl("get", "crd", name, "-o", "jsonpath={.spec.versions[*].name}");
        assertThat(said.orThrow().out()).contains("v1alpha1", "v1alpha4");
    }

    private static void running() {
        assertThat(town.metrics("app-a").received()).isGreaterThanOrEqualTo(0);
        assertThat(town.metrics("app-b").received()).isGreaterThanOrEqualTo(0);
        assertThat(town.metrics("app-c").received()).isGreaterThanOrEqualTo(0);
    }

    @Test
    void trafficAccess01TheDefinitionOfTrafficTargetsIsThere() {
        new ServedSmi(CLUSTER).await();
        crd("traffictargets.access.smi-spec.io");
    }

    @Test
    void trafficAccess02TheAppsRunAndAnswerARunnerOutsideTheMesh() throws IOException {
        town.start();
        access("enforcing");
        running();
    }

    @Test
    void trafficAccess03EverythingIsDeniedByDefault() {
        eventually(List.of("GET " + ECHO), outcome -> outcome.denied("GET", ECHO));
    }

    @Test
    void trafficAccess04ATargetWithATcpRouteWithoutPortsIsTaken() {
        CLUSTER.apply(
                """
                apiVersion: specs.smi-spec.io/v1alpha4
                kind: TCPRoute
                metadata: {name: service-tcp-route, namespace: smi-conformance}
                spec: {matches: {ports: []}}
                """,
                target("v1alpha3", "", "rules: [{kind: TCPRoute, name: service-tcp-route}]"));
        programmed("traffictarget/service-targets");
    }

    private static String target(String version, String port, String rules) {
        return """
        apiVersion: access.smi-spec.io/%s
        kind: TrafficTarget
        metadata: {name: service-targets, namespace: smi-conformance}
        spec:
          destination: {kind: ServiceAccount, name: app-b, namespace: smi-conformance%s}
          sources: [{kind: ServiceAccount, name: app-a, namespace: smi-conformance}]
          %s
        """
                .formatted(version, port, rules);
    }

    @Test
    void trafficAccess05TheTargetsSourceMayCall() {
        eventually(List.of("GET " + ECHO), outcome -> outcome.allowed("GET", ECHO));
    }

    @Test
    void trafficAccess06TheTargetIsDeleted() {
        CLUSTER.kubectl("delete", "-n", NAMESPACE, "tt,tcproute", "--all").orThrow();
        assertThat(CLUSTER.kubectl("get", "-n", NAMESPACE, "tt", "-o", "name").out()).isEmpty();
    }

    @Test
    void trafficAccess07ThenItIsDeniedAgain() {
        eventually(List.of("GET " + ECHO), outcome -> outcome.denied("GET", ECHO));
    }

    /** No step: but for its namespace's word the runner would have been refused all along. */
    @Test
    void trafficAccess08TheRunnerIsLetInByTheNamespacesWordAlone() {
        CLUSTER.kubectl(
                        "annotate",
                        "--overwrite",
                        "namespace",
                        NAMESPACE,
                        "peakmesh.io/unmeshed-callers=deny")
                .orThrow();
        Awaitility.await().atMost(PATIENCE).until(() -> outside() != 200);
        access("enforcing");
        Awaitility.await().atMost(PATIENCE).until(() -> outside() == 200);
    }

    /** The status that the runner gets, 0 where the connection fails. */
    private static int outside() {
        try {
            return town.fromOutside("GET", "app-b", "/metrics", "").statusCode();
        } catch (java.io.UncheckedIOException refused) {
            return 0;
        }
    }

    @Test
    void trafficSpec01TheDefinitionOfRouteGroupsIsThere() {
        crd("httproutegroups.specs.smi-spec.io");
    }

    @Test
    void trafficSpec02TheAppsRun() {
        running();
    }

    /** As the suite writes it: no spec around the matches, and the port is a text. */
    @Test
    void trafficSpec03APathIsAllowedByMatchesAtTheTopAndAPortAsText() {
        CLUSTER.apply(
                """
                apiVersion: specs.smi-spec.io/v1alpha4
                kind: HTTPRouteGroup
                metadata: {name: http-rg, namespace: smi-conformance}
                matches:
                - {name: metrics, pathRegex: /metrics, methods: ["*"]}
                """,
                target(
                        "v1alpha3",
                        ", port: \"9091\"",
                        "rules: [{kind: HTTPRouteGroup, name: http-rg, matches: [metrics]}]"));
        programmed("traffictarget/service-targets");
        assertThat(field("htr", "http-rg", "{.matches[0].pathRegex}")).isEqualTo("/metrics");
        assertThat(field("tt", "service-targets", "{.spec.destination.port}")).isEqualTo("9091");
    }

    private static String field(String kind, String name, String path) {
        return CLUSTER.kubectl("get", "-n", NAMESPACE, kind, name, "-o", "jsonpath=" + path)
                .orThrow()
                .out();
    }

    @Test
    void trafficSpec04OnlyThatPathMayBeCalled() {
        eventually(
                List.of("GET " + METRICS, "GET " + ECHO),
                outcome -> outcome.only("GET", METRICS, "GET", ECHO));
    }

    @Test
    void trafficSpec05AMethodIsAllowedByTheFirstVersionOfBoth() {
        CLUSTER.kubectl("delete", "-n", NAMESPACE, "tt/service-targets", "htr/http-rg").orThrow();
        CLUSTER.apply(
                """
                apiVersion: specs.smi-spec.io/v1alpha1
                kind: HTTPRouteGroup
                metadata: {name: http-rg, namespace: smi-conformance}
                matches:
                - {name: get, pathRegex: ".*", methods: [GET]}
                """,
                """
                apiVersion: access.smi-spec.io/v1alpha1
                kind: TrafficTarget
                metadata: {name: service-targets, namespace: smi-conformance}
                destination:
                  {kind: ServiceAccount, name: app-b, namespace: smi-conformance, port: "9091"}
                sources: [{kind: ServiceAccount, name: app-a, namespace: smi-conformance}]
                specs: [{kind: HTTPRouteGroup, name: http-rg, matches: [get]}]
                """);
        programmed("traffictarget/service-targets");
    }

    @Test
    void trafficSpec06OnlyThatMethodMayBeUsed() {
        eventually(
                List.of("GET " + ECHO, "POST " + ECHO),
                outcome -> outcome.only("GET", ECHO, "POST", ECHO));
    }

    @Test
    void trafficSplit01TheDefinitionOfSplitsIsThere() {
        crd("trafficsplits.split.smi-spec.io");
    }

    @Test
    void trafficSplit02TheAppsRun() {
        CLUSTER.kubectl("delete", "-n", NAMESPACE, "tt,htr", "--all").orThrow();
        access("permissive");
        running();
    }

    /** Fifty requests to the root service by each caller, as soon as they go where they should. */
    private static void divided(ThrowingConsumer<int[]> expected) {
        eventually(
                List.of(),
                _ -> {
                    for (int i = 0; i < REQUESTS; i++) {
                        town.call("GET", SPLIT);
                    }
                    assertThat(town.metrics("app-a").failed()).isEmpty();
                    int[] redirected = {received("app-b"), received("app-c")};
                    for (int i = 0; i < REQUESTS; i++) {
                        assertThat(town.rootlessCall(SPLIT)).isEqualTo(200);
                    }
                    int[] byName = {
                        received("app-b") - redirected[0], received("app-c") - redirected[1]
                    };
                    System.out.printf(
                            "split: redirected b=%d c=%d, by name b=%d c=%d%n",
                            redirected[0], redirected[1], byName[0], byName[1]);
                    assertThat(redirected[0] + redirected[1]).isEqualTo(REQUESTS);
                    assertThat(byName[0] + byName[1]).isEqualTo(REQUESTS);
                    expected.accept(redirected);
                    expected.accept(byName);
                });
    }

    private static int received(String app) {
        return town.metrics(app).received();
    }

    private static void split(String version, String b, String c) {
        CLUSTER.apply(
                """
                apiVersion: split.smi-spec.io/%s
                kind: TrafficSplit
                metadata: {name: split, namespace: smi-conformance}
                spec:
                  service: app-svc
                  backends:
                  - {service: app-b, weight: %s}
                  - {service: app-c, weight: %s}
                """
                        .formatted(version, b, c));
        programmed("trafficsplit/split");
    }

    @Test
    void trafficSplit03WithoutASplitBothGetRequests() {
        divided(counts -> assertThat(counts).doesNotContain(0));
    }

    @Test
    void trafficSplit04ASplitOneToNothingIsTaken() {
        split("v1alpha2", "1", "0");
    }

    @Test
    void trafficSplit05ThenOnlyTheFirstGetsRequests() {
        divided(counts -> assertThat(counts).containsExactly(REQUESTS, 0));
    }

    @Test
    void trafficSplit06ASplitNothingToOneIsTaken() {
        split("v1alpha2", "0", "1");
    }

    @Test
    void trafficSplit07ThenOnlyTheSecondGetsRequests() {
        divided(counts -> assertThat(counts).containsExactly(0, REQUESTS));
    }

    /** By quantities, which only the first version has. */
    @Test
    void trafficSplit08ASplitThreeToOneIsTaken() {
        split("v1alpha1", "750m", "250m");
    }

    @Test
    void trafficSplit09ThenTheFirstGetsMore() {
        divided(counts -> assertThat(counts[0]).isGreaterThan(counts[1]).isLessThan(REQUESTS));
    }

    @Test
    void trafficSplit10ASplitOneToThreeIsTaken() {
        split("v1alpha4", "25", "75");
    }

    @Test
    void trafficSplit11ThenTheSecondGetsMore() {
        divided(counts -> assertThat(counts[1]).isGreaterThan(counts[0]).isLessThan(REQUESTS));
    }
}
