package io.peakmesh.e2e.pods;

import static io.peakmesh.e2e.pods.AppPods.await;
import static io.peakmesh.e2e.pods.AppPods.deployment;
import static io.peakmesh.e2e.pods.AppPods.pod;
import static io.peakmesh.e2e.pods.AppPods.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.Pod;
import io.peakmesh.e2e.kubernetes.Said;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What Kubernetes does with a pod, it does with an injected one, too. */
class InjectedPodsKubeE2e {
    private static final String PROBES =
            """
            startupProbe: {httpGet: {path: /ready, port: 8080}, periodSeconds: 1, failureThreshold: 60}
            livenessProbe: {tcpSocket: {port: 9000}, periodSeconds: 1, timeoutSeconds: 5}
            readinessProbe: {grpc: {port: 8080}, periodSeconds: 1, timeoutSeconds: 5}
            """;
    private static final int HEAP_MEGABYTES = 240;
    private static final String OPEN = "open";
    private static final String STRICT = "strict";
    private static final String PLAIN = "plain";
    private static final String CALLER = "spiffe://cluster.local/ns/open/sa/default";

    @RegisterExtension static final RealCluster CLUSTER = new RealCluster();
    private static final AppPods APPS = new AppPods(CLUSTER);

    @BeforeAll
    static void install() {
        InstalledMesh mesh =
                InstalledMesh.in(CLUSTER)
                        .install("--set", "controlPlane.heapMegabytes=" + HEAP_MEGABYTES);
        mesh.meshedNamespace(OPEN, "privileged");
        mesh.meshedNamespace(STRICT, "privileged");
        CLUSTER.kubectl("annotate", "namespace", STRICT, "peakmesh.io/unmeshed-callers=deny")
                .orThrow();
        CLUSTER.kubectl("create", "namespace", PLAIN).orThrow();
        CLUSTER.apply(
                service(OPEN, "web", ""),
                deployment(OPEN, "web", 1, PROBES, ""),
                service(STRICT, "web", ""),
                deployment(
                        STRICT,
                        "web",
                        1,
                        PROBES.replace(
                                "livenessProbe: {tcpSocket: {port: 9000}",
                                "livenessProbe: {exec: {command: [app, grpc, '127.0.0.1:8080']}"),
                        ""),
                deployment(OPEN, "caller", 1, "", ""),
                deployment(PLAIN, "stranger", 1, "", ""));
        for (String of :
                List.of(OPEN + "/web", STRICT + "/web", OPEN + "/caller", PLAIN + "/stranger")) {
            CLUSTER.awaitRollout(of.split("/", -1)[0], "deployment/" + of.split("/", -1)[1]);
        }
        APPS.callUntil(OPEN, "deploy/caller", "http://web/", "By=");
    }

    private static Pod only(String namespace, String app) {
        return CLUSTER.awaitReady(namespace, "app=" + app, 1).getFirst();
    }

    private static String ip(Pod pod) {
        return pod.getStatus().getPodIP();
    }

    private static boolean injected(Pod pod) {
        return pod.getSpec().getInitContainers().stream()
                .map(Container::getName)
                .toList()
                .contains("peakmesh-proxy");
    }

    private static HttpResponse<String> callFromNode(String host) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://" + host)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    /** The other side took the connection and ended it. */
    private static void hungUp(Throwable failure) {
        assertThat(failure)
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(ConnectException.class)
                .isNotInstanceOf(HttpTimeoutException.class);
    }

    /** The image's own options name another heap, of 160 MB. */
    @Test
    void theControlPlanesHeapIsWhatTheValuesSay() throws Exception {
        Pod controlPlane =
                CLUSTER.awaitReady(
                                InstalledMesh.NAMESPACE,
                                "app.kubernetes.io/component=control-plane",
                                1)
                        .getFirst();
        String metrics = callFromNode(ip(controlPlane) + ":15014/metrics").body();
        double heap =
                metrics.lines()
                        .filter(line -> line.startsWith("jvm_memory_max_bytes{area=\"heap\""))
                        .mapToDouble(
                                line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                        .sum();
        // One of the survivor spaces does not count.
        assertThat(heap / (1 << 20)).isBetween(HEAP_MEGABYTES * 0.85, HEAP_MEGABYTES * 1.0);
    }

    @Test
    void probesReachTheAppItselfWhereUnmeshedCallersAreWelcome() {
        Pod web = only(OPEN, "web");
        Container app = web.getSpec().getContainers().getFirst();
        assertThat(app.getStartupProbe().getHttpGet().getPort().getIntVal()).isEqualTo(8080);
        assertThat(app.getLivenessProbe().getTcpSocket().getPort().getIntVal()).isEqualTo(9000);
        assertThat(app.getReadinessProbe().getGrpc().getPort()).isEqualTo(8080);
        // The bridge's address is the kubelet's; what the proxy brings comes from the pod's own.
        assertThat(CLUSTER.logs(OPEN, "deploy/web", "app"))
                .containsPattern("GET /ready from 10\\.246\\.1\\.1:")
                .containsPattern("/grpc.health.v1.Health/Check from 10\\.246\\.1\\.1:");
    }

    @Test
    void probesAskTheProxyWhereUnmeshedCallersAreDenied() {
        Pod web = only(STRICT, "web");
        Container app = web.getSpec().getContainers().getFirst();
        assertThat(app.getStartupProbe().getHttpGet().getPort().getIntVal()).isEqualTo(15021);
        assertThat(app.getReadinessProbe().getHttpGet().getPort().getIntVal()).isEqualTo(15021);
        assertThat(app.getLivenessProbe().getExec().getCommand()).startsWith("app", "grpc");
        assertThat(web.getStatus().getContainerStatuses().getFirst().getRestartCount()).isZero();
    }

    @Test
    void rewrittenProbesOfAnAppThatFailsFail() {
        CLUSTER.apply(
                failing("bad-http", "readinessProbe: {httpGet: {path: '/?status=503', port: 8080}"),
                failing("bad-tcp", "readinessProbe: {tcpSocket: {port: 7}"),
                failing("bad-grpc", "readinessProbe: {grpc: {port: 9001}"),
                failing("dying", "livenessProbe: {httpGet: {path: '/?status=500', port: 8080}"));
        for (String name : List.of("bad-http", "bad-tcp", "bad-grpc")) {
            await("the app of " + name).until(() -> appStarted(any(name)));
            Pod pod = any(name);
            HTTPGetAction probe =
                    pod.getSpec().getContainers().getFirst().getReadinessProbe().getHttpGet();
            String asked = ip(pod) + ":" + probe.getPort().getIntVal() + probe.getPath();
            await("a failed probe of " + name).until(() -> callFromNode(asked).statusCode() >= 500);
            await(name + " is not ready")
                    .during(Duration.ofSeconds(3))
                    .until(() -> !RealCluster.ready(any(name)));
        }
        await("the restart of dying")
                .until(() ->
                        CLUSTER
                                .pods(STRICT, "app=dying")
                                .getFirst()
                                .getStatus()
                                .getContainerStatuses()
                                .stream()
                                .anyMatch(status -> status.getRestartCount() > 0));
        CLUSTER.kubectl(
                        "-n",
                        STRICT,
                        "delete",
                        "pod",
                        "--wait=false",
                        "bad-http",
                        "bad-tcp",
                        "bad-grpc",
                        "dying")
                .orThrow();
    }

    private static Pod any(String name) {
        return CLUSTER.pods(STRICT, "app=" + name).getFirst();
    }

    private static boolean appStarted(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .anyMatch(status -> Boolean.TRUE.equals(status.getStarted()));
    }

    private static String failing(String name, String probe) {
        return pod(STRICT, name, "{}", probe + ", periodSeconds: 1, timeoutSeconds: 5}\n", "");
    }

    @Test
    void aCallerWithoutIdentityIsRefusedAlsoFromTheNode() throws Exception {
        String web = ip(only(STRICT, "web"));
        Said stranger = APPS.call(PLAIN, "deploy/stranger", "http://" + web + ":8080/");
        assertThat(stranger.ok()).as(stranger.out()).isFalse();
        // Only peers may speak at all: the connection ends without a byte, as with strict mTLS
        // elsewhere.
        assertThat(stranger.out()).doesNotContain("\"pod\":");
        assertThat(stranger.err()).containsPattern("curl: \\((52|56)\\)");
        assertThatThrownBy(() -> callFromNode(web + ":8080"))
                .satisfies(InjectedPodsKubeE2e::hungUp);
        assertThat(callFromNode(ip(only(OPEN, "web")) + ":8080").statusCode()).isEqualTo(200);
        assertThat(APPS.callUntil(OPEN, "deploy/caller", "http://web.strict/", "By="))
                .contains("URI=" + CALLER);
    }

    @Test
    void kubectlExecLogsAndPortForwardMeanTheApp() throws Exception {
        for (String namespace : List.of(OPEN, STRICT)) {
            Pod web = only(namespace, "web");
            String name = web.getMetadata().getName();
            assertThat(CLUSTER.exec(namespace, name, "", "hostname").orThrow().out().trim())
                    .isEqualTo(name);
            try (Forward forward = CLUSTER.forward(namespace, name, 8080)) {
                assertThat(callFromNode("127.0.0.1:" + forward.port()).body())
                        .contains("\"pod\":\"" + name + "\"");
            }
            assertThat(CLUSTER.kubectl("-n", namespace, "logs", name).orThrow().out())
                    .contains("GET / from 127.0.0.1:");
            assertThat(CLUSTER.logs(namespace, name, "peakmesh-proxy")).doesNotContain("GET /");
        }
    }

    @Test
    void aJobThatCallsTheMeshEnds() {
        CLUSTER.apply(
                """
                apiVersion: batch/v1
                kind: Job
                metadata: {namespace: open, name: once}
                spec:
                  completions: 2
                  template:
                    metadata: {labels: {app: once}}
                    spec:
                      restartPolicy: Never
                      containers:
                      - name: app
                        image: %s
                        imagePullPolicy: Never
                        command: [curl, -sS, --fail, 'http://web.strict/']
                """
                        .formatted(RealCluster.APP_IMAGE));
        CLUSTER.kubectl(
                        "-n",
                        OPEN,
                        "wait",
                        "--for=condition=complete",
                        "job/once",
                        "--timeout=180s")
                .orThrow();
        assertThat(CLUSTER.pods(OPEN, "app=once"))
                .hasSize(2)
                .allMatch(InjectedPodsKubeE2e::injected)
                .allMatch(pod -> pod.getStatus().getPhase().equals("Succeeded"));
        assertThat(CLUSTER.logs(OPEN, "job/once", "app")).contains("URI=" + CALLER);
    }

    @Test
    void initContainersHaveTheMesh() {
        CLUSTER.apply(
                pod(
                        OPEN,
                        "early",
                        "{}",
                        "",
                        """
                        initContainers:
                        - name: first
                          image: %s
                          imagePullPolicy: Never
                          command: [curl, -sS, --fail, 'http://web.strict/']
                        """
                                .formatted(RealCluster.APP_IMAGE)));
        Pod early = only(OPEN, "early");
        assertThat(CLUSTER.logs(OPEN, "early", "first")).contains("URI=" + CALLER);
        assertThat(early.getStatus().getInitContainerStatuses())
                .allMatch(status -> status.getRestartCount() == 0);
    }

    @Test
    void aPodInTheNodesNetworkIsLeftAlone() throws Exception {
        CLUSTER.apply(
                pod(
                        OPEN,
                        "host",
                        "{}",
                        "env: [{name: PORT, value: '18080'}]\n",
                        "hostNetwork: true\n"));
        Pod host = only(OPEN, "host");
        assertThat(injected(host)).isFalse();
        assertThat(host.getSpec().getContainers()).hasSize(1);
        assertThat(callFromNode("198.51.100.1:18080").statusCode()).isEqualTo(200);
        assertThat(APPS.call(OPEN, "deploy/caller", "http://198.51.100.1:18080/").ok()).isTrue();
        Said asked =
                CLUSTER.apply(
                        pod(
                                OPEN,
                                "host2",
                                "{peakmesh.io/inject: enabled}",
                                "env: [{name: PORT, value: '18081'}, {name: BIND, value: 127.0.0.9}]\n",
                                "hostNetwork: true\n"));
        System.out.println("kubectl on a host-network pod that asks: " + asked.err());
        assertThat(asked.err()).contains("hostNetwork");
    }

    @Test
    void aHostPortLeadsThroughTheProxyToTheApp() throws Exception {
        CLUSTER.apply(
                pod(
                        OPEN,
                        "hostport",
                        "{}",
                        "ports: [{containerPort: 8080, hostPort: 18090}]\n",
                        ""),
                pod(
                        STRICT,
                        "hostport",
                        "{}",
                        "ports: [{containerPort: 8080, hostPort: 18091}]\n",
                        ""));
        assertThat(injected(only(OPEN, "hostport"))).isTrue();
        only(STRICT, "hostport");
        await("a host port")
                .ignoreExceptions()
                .untilAsserted(() ->
                        assertThat(callFromNode("198.51.100.1:18090").body())
                                .contains("\"pod\":\"hostport\""));
        await("a host port that denies")
                .ignoreExceptions()
                .untilAsserted(() ->
                        assertThatThrownBy(() -> callFromNode("198.51.100.1:18091"))
                                .satisfies(InjectedPodsKubeE2e::hungUp));
    }

    @Test
    void aPodWithTheProxysOwnUserIsRefusedWithTheReason() {
        Said said =
                CLUSTER.tryApply(
                        pod(OPEN, "twin", "{}", "securityContext: {runAsUser: 2102}\n", ""));
        System.out.println("kubectl on a pod with uid 2102: " + said.err());
        assertThat(said.ok()).isFalse();
        assertThat(said.err())
                .contains("spec.containers[0].securityContext.runAsUser")
                .contains("2102 is the proxy's user");
    }

    @Test
    void skippedPortsGoPastTheProxyOnBothSides() {
        CLUSTER.apply(
                pod(
                        STRICT,
                        "skips",
                        "{config.peakmesh.io/skip-inbound-ports: '9000',"
                                + " config.peakmesh.io/skip-outbound-ports: '8080'}",
                        "",
                        ""),
                service(STRICT, "skips", ""));
        Pod skips = only(STRICT, "skips");
        assertThat(APPS.line(PLAIN, "deploy/stranger", ip(skips))).isEqualTo("skips hello\n");
        assertThat(APPS.call(PLAIN, "deploy/stranger", "http://" + ip(skips) + ":8080/").ok())
                .isFalse();

        Said past = APPS.call(STRICT, "skips", "http://" + ip(only(OPEN, "web")) + ":8080/");
        assertThat(past.orThrow().out()).contains("\"pod\":\"web-").doesNotContain("By=");
        APPS.callUntil(STRICT, "skips", "http://web.open/", "By=");

        APPS.callUntil(OPEN, "deploy/caller", "http://skips.strict/", "By=");
        await("a meshed caller of a skipped port")
                .untilAsserted(() ->
                        assertThat(APPS.line(OPEN, "deploy/caller", "skips.strict"))
                                .isEqualTo("skips hello\n"));
    }
}
