package io.peakmesh.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.Version;
import io.peakmesh.kube.survey.Kind;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What is asked before an installation, on clusters written by hand. */
class PreChecksTest {
    private final FakeSurvey cluster = new FakeSurvey();

    private Report report() {
        Commands commands = new Commands("", true);
        View view = new View(cluster, commands);
        return report(() -> view, commands);
    }

    private static Report report(Supplier<View> view, Commands commands) {
        return Report.of(
                new ClusterPlan(
                                view,
                                path -> {
                                    throw new CliException("nobody is asked before");
                                },
                                commands,
                                "peakmesh",
                                "",
                                Version.PEAKMESH,
                                InstantSource.fixed(FakeSurvey.NOW))
                        .before());
    }

    private List<String> wrong() {
        return report().lines(false);
    }

    @Test
    void anEmptyClusterIsFit() {
        assertThat(report().lines(true))
                .containsExactly(
                        "kubernetes-api",
                        "--------------",
                        "√ can initialize the client",
                        "√ can query the Kubernetes API",
                        "",
                        "kubernetes-version",
                        "------------------",
                        "√ is running the minimum Kubernetes API version (v1.37.2)",
                        "√ has native sidecar containers (v1.37.2)",
                        "",
                        "pre-kubernetes-setup",
                        "--------------------",
                        "√ control plane namespace does not already exist",
                        "√ can create Namespaces",
                        "√ can create non-namespaced resources",
                        "√ can create ServiceAccounts",
                        "√ can create Services",
                        "√ can create Deployments",
                        "√ can create ConfigMaps",
                        "√ can create PodDisruptionBudgets",
                        "√ can create NetworkPolicies",
                        "√ can create Roles and RoleBindings",
                        "√ can bind the role extension-apiserver-authentication-reader",
                        "√ can give the control plane its rights",
                        "√ no SMI definitions of another tool",
                        "√ Pod Security admission lets sidecars redirect",
                        "√ no clock skew detected",
                        "",
                        "Status check results are √");
    }

    @Test
    void aKubeconfigThatLeadsNowhereEndsTheChecks() {
        Report report =
                report(
                        () -> {
                            throw new CliException(
                                    "the kubeconfig x has no current context; kubectl config view");
                        },
                        new Commands("", true));

        assertThat(report.lines(true))
                .containsExactly(
                        "kubernetes-api",
                        "--------------",
                        "× can initialize the client",
                        "    the kubeconfig x has no current context",
                        "    next: kubectl config view",
                        "",
                        "Status check results are ×");
    }

    @Test
    void aClusterThatDoesNotAnswerEndsTheChecks() {
        cluster.away = new IOException("cannot reach https://10.0.0.1: connection refused");

        assertThat(wrong())
                .containsExactly(
                        "kubernetes-api",
                        "--------------",
                        "× can query the Kubernetes API",
                        "    the cluster does not answer: cannot reach https://10.0.0.1: connection"
                                + " refused",
                        "    next: kubectl cluster-info",
                        "",
                        "Status check results are ×");
        assertThat(report().worthWaiting()).isTrue();
    }

    @Test
    void versionsThatAreTooOldAreTold() {
        cluster.version = "v1.28.9-eks";
        assertThat(wrong()).contains("‼ has native sidecar containers");
        assertThat(report().success()).isTrue();

        cluster.version = "v1.20.1";
        assertThat(wrong())
                .contains(
                        "× is running the minimum Kubernetes API version",
                        "    it is v1.20.1, Peakmesh needs 1.21 or newer");
    }

    @Test
    void everyRightThatLacksIsNamedWithTheCommandThatShowsIt() {
        cluster.forbidden.addAll(
                List.of("create deployments", "patch deployments", "create clusterroles"));

        assertThat(wrong())
                .containsExactly(
                        "pre-kubernetes-setup",
                        "--------------------",
                        "× can create non-namespaced resources",
                        "    you may not create clusterroles.rbac.authorization.k8s.io",
                        "    next: kubectl auth can-i create clusterroles.rbac.authorization.k8s.io",
                        "× can create Deployments",
                        "    you may not create deployments.apps -n peakmesh, patch"
                                + " deployments.apps -n peakmesh",
                        "    next: kubectl auth can-i create deployments.apps -n peakmesh",
                        "",
                        "Status check results are ×");
    }

    @Test
    void nobodyGivesARightThatHeLacksUnlessHeMayEscalate() {
        cluster.forbidden.add("create tokenreviews");
        assertThat(report().success()).isTrue();

        cluster.forbidden.add("escalate clusterroles");
        assertThat(wrong())
                .contains(
                        "× can give the control plane its rights",
                        "    - create tokenreviews.authentication.k8s.io");
    }

    @Test
    void aNamespaceThatIsThereIsOursOrIsTold() {
        cluster.with(Kind.NAMESPACE, "metadata: {name: peakmesh}");
        assertThat(wrong())
                .contains(
                        "    there is a namespace peakmesh that Peakmesh did not make; it would be"
                                + " used");

        cluster.with(
                Kind.NAMESPACE,
                "metadata: {name: peakmesh, labels: {app.kubernetes.io/part-of: peakmesh}}");
        assertThat(report().lines(true))
                .contains("√ control plane namespace does not already exist (it is ours)");

        cluster.with(Kind.CONFIG_MAP, "metadata: {name: peakmesh-config, namespace: peakmesh}");
        assertThat(wrong())
                .contains("    Peakmesh is installed in peakmesh already", "    next: mesh check");
    }

    @Test
    void definitionsOfAnotherToolAreTakenOverAndSaid() {
        cluster.with(
                Kind.DEFINITION,
                """
                metadata: {name: trafficsplits.split.smi-spec.io}
                spec: {conversion: {webhook: {clientConfig: {service: {name: smi-adaptor, namespace: linkerd-smi}}}}}
                status: {storedVersions: [v1alpha1, v1alpha2]}
                """);
        assertThat(wrong())
                .contains(
                        "‼ no SMI definitions of another tool",
                        "    - trafficsplits.split.smi-spec.io, made by smi-adaptor.linkerd-smi",
                        "    next: kubectl get crd trafficsplits.split.smi-spec.io -o yaml");
        assertThat(report().success()).isTrue();

        cluster.with(
                Kind.DEFINITION,
                """
                metadata: {name: trafficsplits.split.smi-spec.io}
                status: {storedVersions: [v9]}
                """);
        assertThat(wrong())
                .contains(
                        "× no SMI definitions of another tool",
                        "    - trafficsplits.split.smi-spec.io has objects stored as [v9]");
    }

    @Test
    void definitionsOfAnEarlierInstallationAreOurs() {
        cluster.with(
                Kind.DEFINITION,
                "metadata: {name: trafficsplits.split.smi-spec.io, labels:"
                        + " {app.kubernetes.io/part-of: peakmesh}}");

        assertThat(wrong()).containsExactly("Status check results are √");
    }

    @Test
    void namespacesAtAStricterLevelAreCountedAndAreNoMistake() {
        cluster.with(
                Kind.NAMESPACE,
                "metadata: {name: bank, labels: {pod-security.kubernetes.io/enforce: restricted}}");

        assertThat(report().lines(true))
                .contains(
                        "√ Pod Security admission lets sidecars redirect (not in bank: pods there"
                                + " get the mesh-port mode)");
    }

    @Test
    void clocksThatDifferAreNamed() {
        cluster.clock = FakeSurvey.NOW.plus(Duration.ofMinutes(10));
        cluster.with(
                Kind.NODE,
                """
                metadata: {name: late}
                status: {conditions: [{type: Ready, status: "True", lastHeartbeatTime: "2026-11-23T12:01:00Z"}]}
                """);
        cluster.with(
                Kind.NODE,
                """
                metadata: {name: good}
                status: {conditions: [{type: Ready, status: "True", lastHeartbeatTime: "2026-11-23T12:08:00Z"}]}
                """);

        assertThat(wrong())
                .contains(
                        "‼ no clock skew detected",
                        "    2 differ from the API server's clock:",
                        "    - this machine: 600 s behind",
                        "    - node late: 540 s behind");
    }
}
