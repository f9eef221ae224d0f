package io.peakmesh.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.Version;
import io.peakmesh.identity.issue.CaSettings;
import io.peakmesh.identity.issue.CertificateAuthority;
import io.peakmesh.identity.issue.Svid;
import io.peakmesh.identity.state.StateFolder;
import io.peakmesh.kube.crd.SmiDefinitions;
import io.peakmesh.kube.survey.Kind;
import io.peakmesh.model.TrustDomain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of an installation, on clusters and answers written by hand. */
class InstalledChecksTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LABELS = "labels: {app.kubernetes.io/part-of: peakmesh}";

    @TempDir private Path folder = Path.of("");
    private final FakeSurvey cluster = new FakeSurvey();
    private final Map<String, Object> answers = new TreeMap<>();
    private Instant now = FakeSurvey.NOW;
    private String namespace = "";
    private String expected = Version.PEAKMESH;

    @BeforeEach
    void install() {
        CertificateAuthority authority = authority("own");
        Svid own = authority.issueForControlPlane(List.of("peakmesh.peakmesh.svc"), now);
        answers.put("/identity", Map.of("chain", own.chainPem()));
        answers.put("/version", Map.of("peakmesh", Version.PEAKMESH));
        answers.put("/source", Map.of("feeds", List.of()));
        answers.put("/problems", List.of());
        answers.put("/workloads", List.of(Map.of("workload", "shop/web-1", "meshed", true)));
        answers.put("/proxies", List.of(proxy("shop/web-1", true)));
        answers.put("/policy", Map.of("namespaces", List.of()));
        String pem = authority.bundle().pem();
        roots("peakmesh", pem);
        roots("shop", pem);
        String bundle =
                "caBundle: "
                        + Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
        cluster.with(Kind.NAMESPACE, "metadata: {name: peakmesh}")
                .with(
                        Kind.NAMESPACE,
                        "metadata: {name: shop, annotations: {peakmesh.io/inject: enabled}}")
                .with(
                        Kind.MUTATING_WEBHOOK,
                        "{metadata: {name: peakmesh-injector}, webhooks: [{failurePolicy: Ignore,"
                                + " clientConfig: {"
                                + bundle
                                + "}}]}")
                .with(
                        Kind.VALIDATING_WEBHOOK,
                        "{metadata: {name: peakmesh-smi}, webhooks: [{clientConfig: {"
                                + bundle
                                + "}}]}")
                .with(
                        Kind.API_SERVICE,
                        "{metadata: {name: v1alpha1.diagnostics.peakmesh.io}, spec: {"
                                + bundle
                                + "}, status: {conditions: [{type: Available, status: 'True'}]}}");
        for (SmiDefinitions.Wanted one : SmiDefinitions.all()) {
            cluster.with(
                    Kind.DEFINITION,
                    """
                    metadata: {name: %s}
                    spec:
                      versions: [{name: %s, storage: true}]
                      conversion: {webhook: {clientConfig: {%s}}}
                    status: {storedVersions: [%s], conditions: [{type: Established, status: 'True'}]}
                    """
                            .formatted(one.name(), one.storage(), bundle, one.storage()));
        }
        controlPlane(1);
        values("controlPlane: {replicas: 1}");
        cluster.with(Kind.CLUSTER_ROLE, "metadata: {name: peakmesh, " + LABELS + "}")
                .with(
                        Kind.SERVICE_ACCOUNT,
                        "metadata: {name: peakmesh, namespace: peakmesh, " + LABELS + "}")
                .with(
                        Kind.CLUSTER_ROLE_BINDING,
                        "{metadata: {name: peakmesh, "
                                + LABELS
                                + "}, roleRef: {name: peakmesh}, subjects: [{kind: ServiceAccount,"
                                + " name: peakmesh, namespace: peakmesh}]}");
        lease("2026-11-23T11:59:58.000001Z");
        pod("web-1", "redirect", Version.PEAKMESH, "true");
    }

    private CertificateAuthority authority(String name) {
        Path dir = folder.resolve(name);
        return CertificateAuthority.open(
                StateFolder.open(dir, FakeSurvey.NOW),
                new TrustDomain("cluster.local"),
                CaSettings.byDefault(),
                FakeSurvey.NOW,
                new SecureRandom());
    }

    private static Map<String, Object> proxy(String workload, boolean settled) {
        return Map.of(
                "workload",
                workload,
                "envoy",
                Version.ENVOY,
                "balancer",
                "peak-ewma",
                "types",
                List.of(Map.of("type", "SECRET", "refused", 0, "settled", settled)));
    }

    private void roots(String in, String pem) {
        cluster.with(
                Kind.CONFIG_MAP,
                "{metadata: {name: peakmesh-roots, namespace: "
                        + in
                        + "}, data: {roots.pem: \""
                        + pem.replace("\n", "\\n")
                        + "\"}}");
    }

    private void values(String yaml) {
        cluster.with(
                Kind.CONFIG_MAP,
                "{metadata: {name: peakmesh-config, namespace: peakmesh}, data: {values.yaml: \""
                        + yaml
                        + "\"}}");
    }

    private void lease(String renewed) {
        cluster.with(
                Kind.LEASE,
                "{metadata: {name: peakmesh-leader, namespace: peakmesh}, spec: {holderIdentity:"
                        + " peakmesh-0, leaseDurationSeconds: 15, renewTime: '"
                        + renewed
                        + "'}}");
    }

    private void controlPlane(int replicas) {
        cluster.with(
                Kind.DEPLOYMENT,
                "{metadata: {name: peakmesh, namespace: peakmesh, %s}, spec: {replicas: %d}, status: {availableReplicas: %d, updatedReplicas: %d}}"
                        .formatted(LABELS, replicas, replicas, replicas));
        for (int i = 0; i < replicas; i++) {
            cluster.with(
                    Kind.POD,
                    """
                    metadata: {name: peakmesh-%d, namespace: peakmesh, %s}
                    spec: {nodeName: node-%d, containers: [{name: control-plane, image: c:1}]}
                    status: {phase: Running, conditions: [{type: Ready, status: 'True'}]}
                    """
                            .formatted(i, LABELS, i));
        }
    }

    private void pod(String name, String mode, String version, String ready) {
        cluster.with(
                Kind.POD,
                """
                metadata:
                  name: %1$s
                  namespace: shop
                  labels: {pod-template-hash: abc}
                  annotations: {peakmesh.io/proxy: %2$s, peakmesh.io/proxy-version: '%3$s'}
                  ownerReferences: [{kind: ReplicaSet, name: web-abc, controller: true}]
                spec:
                  initContainers: [{name: peakmesh-proxy, restartPolicy: Always}]
                  containers: [{name: app, readinessProbe: {httpGet: {port: 8080}}}]
                status:
                  phase: Running
                  conditions: [{type: Ready, status: '%4$s'}]
                  initContainerStatuses: [{name: peakmesh-proxy, ready: %4$s}]
                """
                        .formatted(name, mode, version, ready));
    }

    private Report report() {
        Commands commands = new Commands("", true);
        View view = new View(cluster, commands);
        Answers controlPlane =
                path -> {
                    Object answer = answers.get(path);
                    if (answer == null) {
                        throw new CliException("no control plane answers; see: kubectl get it");
                    }
                    try {
                        return JSON.readTree(JSON.writeValueAsString(answer));
                    } catch (JsonProcessingException e) {
                        throw new AssertionError(e);
                    }
                };
        return Report.of(
                new ClusterPlan(
                                () -> view,
                                controlPlane,
                                commands,
                                "peakmesh",
                                namespace,
                                expected,
                                InstantSource.fixed(now))
                        .installed(true));
    }

    private List<String> wrong() {
        return report().lines(false);
    }

    @Test
    void aMeshThatIsWellHasNothingToSayInShort() {
        assertThat(wrong()).containsExactly("Status check results are √");
        assertThat(report().categories().stream().map(Report.OfCategory::name))
                .containsExactly(
                        "kubernetes-api",
                        "kubernetes-version",
                        "peakmesh-existence",
                        "peakmesh-config",
                        "peakmesh-identity",
                        "peakmesh-webhooks-and-apisvc-tls",
                        "peakmesh-identity-data-plane",
                        "peakmesh-version",
                        "control-plane-version",
                        "peakmesh-control-plane",
                        "peakmesh-data-plane",
                        "peakmesh-opaque-ports-definition");
    }

    @Test
    void withoutANamespaceNothingElseIsAsked() {
        cluster.without(Kind.NAMESPACE, "", "peakmesh");

        assertThat(wrong())
                .containsExactly(
                        "peakmesh-existence",
                        "------------------",
                        "× control plane Namespace exists",
                        "    there is no namespace peakmesh (another one: --peakmesh-namespace)",
                        "    next: mesh install | kubectl apply -f -",
                        "",
                        "Status check results are ×");
    }

    @Test
    void valuesThatAreNoYamlFail() {
        values("a: [");

        assertThat(wrong())
                .contains(
                        "× 'peakmesh-config' config map exists",
                        "    next: mesh upgrade | kubectl apply -f -");
    }

    @Test
    void aControlPlaneThatDoesNotStartIsNamedWithTheReason() {
        controlPlane(2);
        cluster.with(
                Kind.POD,
                """
                metadata: {name: peakmesh-1, namespace: peakmesh, %s}
                spec: {containers: [{name: control-plane, image: c:2}]}
                status:
                  phase: Pending
                  containerStatuses: [{name: c, state: {waiting: {reason: ImagePullBackOff, message: no such image}}}]
                """
                        .formatted(LABELS));
        lease("2026-11-23T11:59:00Z");

        assertThat(wrong())
                .contains(
                        "    - peakmesh-1: ImagePullBackOff: no such image",
                        "    next: kubectl describe pod peakmesh-1 -n peakmesh",
                        "    peakmesh-0 led, and was heard of 60 s ago; no other replica took over",
                        "    they run c:1, c:2");
        assertThat(report().worthWaiting()).isTrue();
    }

    @Test
    void aBindingThatLeadsNowhereAndADefinitionThatIsNotServedFail() {
        cluster.without(Kind.SERVICE_ACCOUNT, "peakmesh", "peakmesh")
                .without(Kind.DEFINITION, "", "trafficsplits.split.smi-spec.io");

        assertThat(wrong())
                .contains(
                        "× control plane ClusterRoleBindings exist",
                        "    - peakmesh: there is no ServiceAccount peakmesh/peakmesh",
                        "× control plane CustomResourceDefinitions exist",
                        "    - trafficsplits.split.smi-spec.io is missing",
                        "× SMI conversions trust the trust roots");
    }

    @Test
    void rootsOfAnotherMeshAreFoundEverywhere() {
        String others = authority("another").bundle().pem();
        roots("peakmesh", others);

        assertThat(wrong())
                .contains(
                        "× issuer cert is issued by a trust root",
                        "× proxy-injector webhook trusts the trust roots",
                        "    peakmesh-injector lacks 1 of the 1 trust roots, the leader should have"
                                + " written it",
                        "× data plane namespaces have the trust roots",
                        "    - shop: its ConfigMap peakmesh-roots has other roots");
    }

    @Test
    void certificatesThatEndAreWarnedOfAndThatEndedFail() {
        now = FakeSurvey.NOW.plus(Duration.ofDays(25));
        assertThat(wrong()).contains("‼ issuer cert is renewed in time");
        now = FakeSurvey.NOW.plus(Duration.ofDays(3650 - 30));
        assertThat(wrong())
                .contains(
                        "‼ trust roots are valid for at least 60 days",
                        "× issuer cert is within its validity period",
                        "× control plane cert is within its validity period");
    }

    @Test
    void versionsThatDifferAreWarnings() {
        expected = "9.9.9";
        answers.put("/version", Map.of("peakmesh", "8.8.8"));

        assertThat(wrong())
                .contains(
                        "‼ cli is up-to-date",
                        "    the control plane is 8.8.8, expected is 9.9.9",
                        "    the control plane is 8.8.8, this command is " + Version.PEAKMESH,
                        "    1 proxies are not of the control plane's version 8.8.8:",
                        "    - shop/web-1: " + Version.PEAKMESH,
                        "    next: kubectl rollout restart deployment/web -n shop");
        assertThat(report().success()).isTrue();
    }

    @Test
    void aControlPlaneThatCannotBeAskedIsSaidOnceInACategory() {
        answers.clear();

        assertThat(wrong().stream().filter(line -> line.startsWith("×")))
                .containsExactly(
                        "× issuer cert is known",
                        "× control plane cert is known",
                        "× data plane proxies certificate match CA",
                        "× control plane can be asked",
                        "× control plane is running",
                        "× data plane is up-to-date",
                        "× data plane probes fit the namespace's policy",
                        "× every meshed workload's proxy is connected",
                        "× opaque ports are properly annotated");
    }

    @Test
    void podsThatNeedARestartAreNamedWithIt() {
        pod("web-2", "redirect", "0.0.9", "false");
        pod("web-3", "mesh-port", Version.PEAKMESH, "true");
        cluster.with(
                Kind.POD,
                """
                metadata:
                  name: db-0
                  namespace: shop
                  ownerReferences: [{kind: StatefulSet, name: db, controller: true}]
                spec: {containers: [{name: db}]}
                status: {phase: Running}
                """);
        answers.put(
                "/policy",
                Map.of(
                        "namespaces",
                        List.of(Map.of("namespace", "shop", "unmeshedCallers", "deny"))));

        assertThat(wrong())
                .contains(
                        "× data plane proxies are ready",
                        "    - shop/web-2: not ready",
                        "    next: kubectl logs -n shop web-2 -c peakmesh-proxy",
                        "‼ data plane pods have their proxy",
                        "    - shop/db-0",
                        "    next: kubectl rollout restart statefulset/db -n shop",
                        "    - shop/web-2: 0.0.9",
                        "‼ data plane probes fit the namespace's policy",
                        "‼ data plane redirects where it may",
                        "    - shop/web-3");
    }

    @Test
    void podsThatAreMeantToHaveNoProxyAreLeftAlone() {
        cluster.with(
                        Kind.POD,
                        "{metadata: {name: a, namespace: shop, annotations: {peakmesh.io/inject:"
                                + " disabled}}, status: {phase: Running}}")
                .with(
                        Kind.POD,
                        "{metadata: {name: b, namespace: shop}, spec: {hostNetwork: true}, status:"
                                + " {phase: Running}}")
                .with(
                        Kind.POD,
                        "{metadata: {name: c, namespace: shop}, status: {phase: Succeeded}}");

        assertThat(wrong()).containsExactly("Status check results are √");
    }

    @Test
    void aProxyThatKeepsAnOldCertificateAndAnUnreadableAnnotationAreTold() {
        answers.put("/proxies", List.of(proxy("shop/web-1", false)));
        answers.put(
                "/problems",
                List.of(
                        Map.of(
                                "severity",
                                "warning",
                                "object",
                                "Service shop/db",
                                "field",
                                "metadata.annotations[config.peakmesh.io/opaque-ports]",
                                "reason",
                                "is 'x'")));

        assertThat(wrong())
                .contains(
                        "× data plane proxies certificate match CA",
                        "    next: mesh diagnostics config shop/web-1",
                        "‼ opaque ports are properly annotated",
                        "    - Service shop/db: is 'x'");
    }

    @Test
    void oneNamespaceMustExist() {
        namespace = "nowhere";

        assertThat(wrong())
                .contains("× data plane namespace exists", "    there is no namespace nowhere");
    }

    @Test
    void whatIsToOutliveANodeIsAskedMore() {
        values("controlPlane: {replicas: 3}");
        assertThat(wrong())
                .contains(
                        "‼ multiple replicas of the control plane",
                        "‼ pod disruption budget exists",
                        "‼ injector's failure policy is Fail",
                        "× pod injection disabled on kube-system");

        controlPlane(3);
        String pem = authorityPem();
        cluster.with(
                        Kind.DISRUPTION_BUDGET,
                        "metadata: {name: peakmesh, namespace: peakmesh, " + LABELS + "}")
                .with(
                        Kind.MUTATING_WEBHOOK,
                        """
                        metadata: {name: peakmesh-injector}
                        webhooks:
                        - failurePolicy: Fail
                          clientConfig: {caBundle: %s}
                          namespaceSelector:
                            matchExpressions:
                            - {key: kubernetes.io/metadata.name, operator: NotIn, values: [kube-system]}
                        """
                                .formatted(pem));
        assertThat(wrong()).containsExactly("Status check results are √");
    }

    /** The bundle that the other webhook has. */
    private String authorityPem() {
        try {
            return cluster.get(Kind.VALIDATING_WEBHOOK, "", "peakmesh-smi")
                    .orElseThrow()
                    .at("/webhooks/0/clientConfig/caBundle")
                    .asText();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
