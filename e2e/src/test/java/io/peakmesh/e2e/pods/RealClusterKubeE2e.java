package io.peakmesh.e2e.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import io.peakmesh.e2e.kubernetes.Said;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The cluster with real pods does what the tests of the mesh take for granted. */
class RealClusterKubeE2e {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String WEB =
            """
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec:
              selector: {app: web}
              ipFamilyPolicy: RequireDualStack
              ports: [{name: http, port: 80, targetPort: 8080}, {name: lines, port: 9000}]
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                  - name: app
                    image: %s
                    imagePullPolicy: Never
                    readinessProbe: {httpGet: {path: /ready, port: 8080}, periodSeconds: 1}
            """
                    .formatted(RealCluster.APP_IMAGE);
    @RegisterExtension static final RealCluster CLUSTER = new RealCluster();

    @BeforeAll
    static void deploy() {
        CLUSTER.apply(WEB, caller("caller", "node1"));
        CLUSTER.awaitRollout("default", "deployment/web");
        CLUSTER.awaitReady("default", "app=caller", 1);
    }

    private static String caller(String name, String node) {
        return """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, labels: {app: caller}}
        spec:
          nodeName: %s
          terminationGracePeriodSeconds: 1
          containers:
          - {name: app, image: %s, imagePullPolicy: Never}
        """
                .formatted(name, node, RealCluster.APP_IMAGE);
    }

    private static Set<String> names(List<Pod> pods) {
        Set<String> names = new TreeSet<>();
        pods.forEach(pod -> names.add(pod.getMetadata().getName()));
        return names;
    }

    /** Calls until all of the service's pods have answered. */
    private static void awaitAllAnswer(String caller, String url) {
        Set<String> wanted = names(CLUSTER.pods("default", "app=web"));
        Set<String> answered = new TreeSet<>();
        Awaitility.await(url + " from " + caller)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> {
                    Said said = call(caller, url);
                    assertThat(said.ok()).as(said.err()).isTrue();
                    wanted.stream().filter(said.out()::contains).forEach(answered::add);
                    assertThat(answered).isEqualTo(wanted);
                });
    }

    private static Said call(String caller, String url) {
        return CLUSTER.exec(
                "default", caller, "", "curl", "-sgS", "-m", "5", "-H", "x-asked: yes", url);
    }

    @Test
    void aServiceNameLeadsToAllItsPodsByBothFamilies() {
        awaitAllAnswer("caller", "http://web/");
        assertThat(call("caller", "http://web/").out()).contains("\"x-asked\":[\"yes\"]");
        Said names =
                CLUSTER.exec("default", "caller", "", "nslookup", "web.default.svc.cluster.local");
        assertThat(names.out()).contains("Address: 10.96.").contains("Address: fd00:10:96::");

        String six =
                CLUSTER.client()
                        .services()
                        .inNamespace("default")
                        .withName("web")
                        .get()
                        .getSpec()
                        .getClusterIPs()
                        .get(1);
        awaitAllAnswer("caller", "http://[" + six + "]/");
    }

    @Test
    void aPodHasAnAddressOfEachFamily() {
        assertThat(CLUSTER.awaitReady("default", "app=web", 2))
                .allSatisfy(pod ->
                        assertThat(pod.getStatus().getPodIPs())
                                .extracting(PodIP::getIp)
                                .satisfiesExactly(
                                        four -> assertThat(four).startsWith("10.246.1."),
                                        six -> assertThat(six).startsWith("fd00:10:246:1::")));
    }

    @Test
    void theTestItselfReachesPodsAndIsForwardedToThem() throws Exception {
        Pod pod = CLUSTER.pods("default", "app=web").getFirst();
        String name = pod.getMetadata().getName();
        try (Forward forward = CLUSTER.forward("default", name, 8080);
                HttpClient http = HttpClient.newHttpClient()) {
            for (String place :
                    List.of("127.0.0.1:" + forward.port(), pod.getStatus().getPodIP() + ":8080")) {
                HttpRequest request =
                        HttpRequest.newBuilder(URI.create("http://" + place + "/here")).build();
                assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).body())
                        .contains("\"pod\":\"" + name + "\"");
            }
        }
        assertThat(CLUSTER.logs("default", name, "app")).contains("GET /here from 127.0.0.1:");
    }

    @Test
    void grpcAndPlainConnectionsAreAnswered() {
        Said grpc = CLUSTER.exec("default", "caller", "", "app", "grpc", "web:80");
        assertThat(grpc.out()).contains("grpc-status=0").contains("\"path\":\"/test.Echo/Say\"");
        Said line =
                CLUSTER.exec("default", "caller", "", "sh", "-c", "echo hello | nc -w 2 web 9000");
        assertThat(line.out()).matches("web-\\S+ hello\n");
    }

    @Test
    void aKilledContainerIsStartedAgain() {
        CLUSTER.apply(caller("mortal", "node1").replace("app: caller", "app: mortal"));
        CLUSTER.awaitReady("default", "app=mortal", 1);
        CLUSTER.exec("default", "mortal", "", "kill", "-TERM", "1");
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() ->
                        CLUSTER.pods("default", "app=mortal")
                                        .getFirst()
                                        .getStatus()
                                        .getContainerStatuses()
                                        .getFirst()
                                        .getRestartCount()
                                == 1);
        CLUSTER.awaitReady("default", "app=mortal", 1);
    }

    @Test
    void aSecondNodesPodsReachTheFirstsAndBack() {
        CLUSTER.node2();
        CLUSTER.apply(caller("far", "node2").replace("app: caller", "app: far"));
        Pod far = CLUSTER.awaitReady("default", "app=far", 1).getFirst();

        awaitAllAnswer("far", "http://web/");
        assertThat(call("caller", "http://" + far.getStatus().getPodIP() + ":8080/").out())
                .contains("\"pod\":\"far\"");
        String six = far.getStatus().getPodIPs().get(1).getIp();
        assertThat(call("caller", "http://[" + six + "]:8080/").out()).contains("\"pod\":\"far\"");
        assertThat(CLUSTER.logs("default", "far", "app")).contains("GET / from 10.246.1.");
    }

    @Test
    void aKubeletThatIsKilledLeavesItsPodsAndComesBack() {
        CLUSTER.kill("kubelet", "node1");
        assertThat(CLUSTER.on("node1", "pidof", "app").ok()).isTrue();
        CLUSTER.start("kubelet", "node1");
        Awaitility.await()
                .atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(call("caller", "http://web/").ok()).isTrue());
        assertThat(CLUSTER.pods("default", "app=web"))
                .allMatch(pod ->
                        pod.getStatus().getContainerStatuses().getFirst().getRestartCount() == 0);
    }
}
