package io.peakmesh.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.e2e.real.MeshCommand;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What {@code mesh check} says of a real API server, before and after there is a control plane. */
class CheckKubeE2e {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension static final Cluster CLUSTER = new Cluster();

    private KubeMesh mesh;

    @BeforeEach
    void start() {
        mesh = new KubeMesh(CLUSTER);
    }

    @AfterEach
    void end() {
        mesh.close();
    }

    private String said(int exit, String... arguments) {
        try (MeshCommand command = mesh.command(arguments)) {
            int code = command.exit();
            String said = command.said();
            System.out.println("mesh " + String.join(" ", arguments) + "\n" + said);
            assertThat(code).as(said).isEqualTo(exit);
            return said;
        }
    }

    @Test
    void anAdministratorMayInstallOnAnEmptyCluster() {
        assertThat(said(0, "check", "--pre", "--peakmesh-namespace=mesh-here"))
                .contains(
                        "√ can initialize the client",
                        "√ has native sidecar containers",
                        "√ control plane namespace does not already exist",
                        "√ can create non-namespaced resources",
                        "√ can give the control plane its rights",
                        "√ no clock skew detected",
                        "Status check results are √")
                .doesNotContain("×", "‼");
    }

    @Test
    void aUserWithoutRightsIsToldWhichLack() {
        Path nobody = Rights.kubeconfig(CLUSTER, "default", "nobody");
        assertThat(said(1, "check", "--pre", "-o", "short", "--kubeconfig=" + nobody))
                .contains(
                        "× can create Deployments",
                        "you may not create deployments.apps -n peakmesh",
                        "next: kubectl auth can-i create deployments.apps -n peakmesh --kubeconfig "
                                + nobody,
                        "× can give the control plane its rights",
                        "Status check results are ×")
                .doesNotContain("√", "Exception");
        assertThat(said(1, "check", "-o", "short", "--kubeconfig=" + nobody))
                .contains("× control plane Namespace exists", "forbidden", "auth can-i get")
                .doesNotContain("Exception");
    }

    @Test
    void aControlPlaneWithoutItsDeploymentIsSeenWithWhatLacks() {
        mesh.startControlPlane();
        Smi.awaitDefined(CLUSTER);
        Awaitility.await("the leader has written all")
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(said(1, "check"))
                                .contains(
                                        "√ a leader is at work (peakmesh-0)",
                                        "× 'peakmesh-config' config map exists",
                                        "× control plane Deployment is available",
                                        "next: mesh install | kubectl apply -f -",
                                        "√ control plane CustomResourceDefinitions exist",
                                        "√ control plane APIService is available",
                                        "√ trust roots are valid for at least 60 days",
                                        "√ issuer cert is renewed in time",
                                        "√ issuer cert is issued by a trust root",
                                        "√ SMI webhook trusts the trust roots",
                                        "√ SMI conversions trust the trust roots",
                                        "√ control plane cert names its Service",
                                        "√ control plane and cli versions match",
                                        "√ every object was read without a mistake",
                                        "Status check results are ×"));
        assertThat(said(1, "check", "-o", "json"))
                .contains("\"success\" : false", "\"categoryName\" : \"peakmesh-existence\"");
        assertThat(said(1, "check", "-o", "short", "--expected-version=9.9.9"))
                .contains("‼ control plane is up-to-date", "expected is 9.9.9")
                .doesNotContain("√");
    }
}
