package io.peakmesh.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.peakmesh.e2e.real.ControlPlane;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pods as a real API server makes them of what users and controllers ask for. No pod runs. */
class InjectKubeE2e {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String PROXY = "peakmesh-proxy";
    private static final int MANY = 1000;

    /** As many streams as one HTTP/2 connection to the API server takes, and no more. */
    private static final int AT_ONCE = 100;

    @RegisterExtension static final Cluster CLUSTER = new Cluster();

    private static KubeMesh mesh;
    private static ControlPlane running;

    @BeforeAll
    static void start() {
        mesh = new KubeMesh(CLUSTER);
        CLUSTER.apply(Rights.CONTROL_PLANE);
        mesh.as(Rights.kubeconfig(CLUSTER, KubeMesh.NAMESPACE, "control-plane"));
        running = mesh.startControlPlane();
        awaitPolicy("Ignore");
    }

    @AfterAll
    static void end() {
        mesh.close();
    }

    private static MutatingWebhook awaitPolicy(String policy) {
        return Awaitility.await("failurePolicy " + policy)
                .atMost(PATIENCE)
                .until(InjectKubeE2e::webhook, hook -> policy.equals(hook.getFailurePolicy()));
    }

    private static MutatingWebhook webhook() {
        MutatingWebhookConfiguration found =
                CLUSTER.client()
                        .admissionRegistration()
                        .v1()
                        .mutatingWebhookConfigurations()
                        .withName("peakmesh-injector")
                        .get();
        return found == null ? new MutatingWebhook() : found.getWebhooks().getFirst();
    }

    private static String namespace(String name, String annotations, String labels) {
        return """
        apiVersion: v1
        kind: Namespace
        metadata: {name: %s, annotations: {%s}, labels: {%s}}
        """
                .formatted(name, annotations, labels);
    }

    private static String enabled(String name) {
        return namespace(name, "peakmesh.io/inject: enabled", "");
    }

    private static String account(String namespace) {
        return """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: app, namespace: %s}
        """
                .formatted(namespace);
    }

    /** Passes the Restricted level. */
    private static String pod(String namespace, String name, String annotations, String spec) {
        return """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, namespace: %s, annotations: {%s}}
        spec:
          serviceAccountName: app
          securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
          containers:
          - name: app
            image: example/app
            securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
          %s
        """
                .formatted(name, namespace, annotations, spec);
    }

    private static String deployment(String namespace, String name, int replicas) {
        return """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %1$s, namespace: %2$s}
        spec:
          replicas: %3$d
          selector: {matchLabels: {app: %1$s}}
          template:
            metadata: {labels: {app: %1$s}}
            spec:
              securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
              containers:
              - name: app
                image: example/app
                securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
        """
                .formatted(name, namespace, replicas);
    }

    private static Pod stored(String namespace, String name) {
        return CLUSTER.client().pods().inNamespace(namespace).withName(name).get();
    }

    private static List<String> containers(Pod pod) {
        return Stream.concat(
                        pod.getSpec().getInitContainers().stream(),
                        pod.getSpec().getContainers().stream())
                .map(container -> container.getName())
                .toList();
    }

    private static String mode(Pod pod) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        return annotations == null ? "" : annotations.getOrDefault("peakmesh.io/proxy", "");
    }

    @Test
    void aPodMadeTogetherWithItsNamespaceHasItsSidecar() {
        CLUSTER.apply(enabled("together"), account("together"), pod("together", "web", "", ""));

        Pod pod = stored("together", "web");

        assertThat(containers(pod)).containsExactly("peakmesh-redirect", PROXY, "app");
        assertThat(mode(pod)).isEqualTo("redirect");
        assertThat(pod.getSpec().getInitContainers().getLast().getRestartPolicy())
                .isEqualTo("Always");
    }

    @Test
    void whereTheNamespaceIsRestrictedItHasNoRedirectAndPassesThatLevel() {
        CLUSTER.apply(
                namespace(
                        "strict",
                        "peakmesh.io/inject: enabled",
                        "pod-security.kubernetes.io/enforce: restricted"),
                account("strict"));

        Said said = CLUSTER.apply(pod("strict", "web", "", ""));

        assertThat(said.err()).contains("Warning: peakmesh: ").contains("restricted");
        assertThat(containers(stored("strict", "web"))).containsExactly(PROXY, "app");
        assertThat(mode(stored("strict", "web"))).isEqualTo("mesh-port");
    }

    @Test
    void theOwnerOfPodsWithoutARedirectHasOneEvent() {
        CLUSTER.apply(
                namespace(
                        "baseline",
                        "peakmesh.io/inject: enabled",
                        "pod-security.kubernetes.io/enforce: baseline"),
                deployment("baseline", "web", 5));

        awaitPods("baseline", 5);
        String events =
                Awaitility.await("an event of the ReplicaSet")
                        .atMost(PATIENCE)
                        .until(() -> events("baseline"), text -> !text.isBlank());
        assertThat(events.lines())
                .singleElement()
                .asString()
                .startsWith("ReplicaSet/web-")
                .contains("SidecarRemark");
    }

    private static String events(String namespace) {
        return CLUSTER.kubectl(
                        "get",
                        "events",
                        "--namespace=" + namespace,
                        "--field-selector=reason=SidecarRemark",
                        "-o=jsonpath={range .items[*]}{.involvedObject.kind}/{.involvedObject.name}"
                                + " {.reason}{\"\\n\"}{end}")
                .orThrow()
                .out();
    }

    @Test
    void aWrongAnnotationIsRefusedWithItsNameAndWhatToDo() {
        CLUSTER.apply(enabled("wrong"), account("wrong"));

        Said said =
                CLUSTER.tryApply(
                        pod("wrong", "web", "config.peakmesh.io/proxy-concurrency: \"many\"", ""));

        assertThat(said.ok()).isFalse();
        assertThat(said.err())
                .contains("denied the request")
                .contains("metadata.annotations[config.peakmesh.io/proxy-concurrency]")
                .contains("must be");
    }

    @Test
    void aPodThatCannotHaveOneIsMadeWithAWarning() {
        CLUSTER.apply(enabled("apart"), account("apart"));

        Said said =
                CLUSTER.apply(
                        pod("apart", "asks", "peakmesh.io/inject: enabled", "hostNetwork: true"),
                        pod("apart", "silent", "", "hostNetwork: true"));

        assertThat(said.err().lines().filter(line -> line.contains("peakmesh: no sidecar")))
                .hasSize(1);
        assertThat(containers(stored("apart", "asks"))).containsExactly("app");
        assertThat(containers(stored("apart", "silent"))).containsExactly("app");
    }

    @Test
    void onlyWhatAsksIsInjectedAndNeverTheClusterItself() {
        CLUSTER.apply(namespace("plain", "", ""), account("plain"), enabled("mixed"));
        CLUSTER.apply(account("mixed"), account("kube-system"));
        CLUSTER.apply(
                pod("plain", "asks", "peakmesh.io/inject: enabled", ""),
                pod("plain", "silent", "", ""),
                pod("mixed", "not", "peakmesh.io/inject: disabled", ""),
                pod("kube-system", "never", "peakmesh.io/inject: enabled", ""));

        assertThat(containers(stored("plain", "asks"))).contains(PROXY);
        assertThat(containers(stored("plain", "silent"))).containsExactly("app");
        assertThat(containers(stored("mixed", "not"))).containsExactly("app");
        assertThat(containers(stored("kube-system", "never"))).containsExactly("app");
    }

    @Test
    void theTrustBundleIsThereBeforeTheFirstPodAndInTheWebhook() throws IOException {
        CLUSTER.apply(enabled("early"));

        String roots = Files.readString(mesh.roots("early"));

        byte[] bundle = Base64.getDecoder().decode(webhook().getClientConfig().getCaBundle());
        assertThat(bundle).asString().isEqualTo(roots);
    }

    @Test
    void aThousandPodsAtOnceAllHaveTheirSidecars() {
        CLUSTER.apply(enabled("many"), account("many"));
        String all =
                IntStream.range(0, MANY)
                        .mapToObj(number -> pod("many", "pod-" + number, "", ""))
                        .collect(Collectors.joining("\n---\n"));
        long began = System.nanoTime();

        // kubectl would send them one by one.
        List<Future<Pod>> asked;
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            asked =
                    CLUSTER.client().load(stream(all)).items().stream()
                            .map(pod ->
                                    threads.submit(() ->
                                            CLUSTER.client().pods().resource((Pod) pod).create()))
                            .toList();
        }

        Duration took = Duration.ofNanos(System.nanoTime() - began);
        System.out.printf("%d pods made in %d ms%n", MANY, took.toMillis());
        assertThat(asked).allSatisfy(pod -> assertThat(pod.get()).isNotNull());
        List<Pod> made = CLUSTER.client().pods().inNamespace("many").list().getItems();
        assertThat(made).hasSize(MANY);
        assertThat(made).allSatisfy(pod -> assertThat(containers(pod)).contains(PROXY));
        assertThat(running.process().isAlive()).isTrue();
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whileNoControlPlaneAnswersTheFailurePolicyDecides() throws IOException {
        CLUSTER.apply(enabled("alone"), account("alone"), account(KubeMesh.NAMESPACE));
        running.kill();

        CLUSTER.apply(pod("alone", "ignored", "", ""));
        assertThat(containers(stored("alone", "ignored"))).containsExactly("app");

        Path config =
                Files.writeString(
                        mesh.dir().resolve("values.yaml"),
                        "namespace: peakmesh\ninjector: {failurePolicy: Fail}\n");
        running = mesh.startControlPlane("--config=" + config);
        awaitPolicy("Fail");
        CLUSTER.apply(pod("alone", "served", "", ""));
        assertThat(containers(stored("alone", "served"))).contains(PROXY);
        running.kill();

        Said refused = CLUSTER.tryApply(pod("alone", "refused", "", ""));
        assertThat(refused.ok()).isFalse();
        assertThat(refused.err()).contains("injector.peakmesh.io");
        CLUSTER.apply(
                pod(KubeMesh.NAMESPACE, "own", "", ""),
                pod("alone", "not", "peakmesh.io/inject: disabled", ""));

        running = mesh.startControlPlane();
        awaitPolicy("Ignore");
    }

    private static void awaitPods(String namespace, int count) {
        Awaitility.await(count + " pods in " + namespace)
                .atMost(PATIENCE)
                .until(
                        () -> CLUSTER.client().pods().inNamespace(namespace).list().getItems(),
                        pods ->
                                pods.size() == count
                                        && pods.stream()
                                                .allMatch(pod -> containers(pod).contains(PROXY)));
    }
}
