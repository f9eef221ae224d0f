package io.peakmesh.injector.patch;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.injector.patch.Injection.Injected;
import io.peakmesh.xds.translator.bootstrap.AppProbe;
import io.peakmesh.xds.translator.bootstrap.Bootstrap.ControlPlane;
import io.peakmesh.xds.translator.bootstrap.Module;
import io.peakmesh.xds.translator.bootstrap.PodBootstrap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SidecarTest {
    private static final String POD =
            """
            spec:
              containers:
              - name: web
                image: web
                ports: [{containerPort: 8080, name: http}]
                livenessProbe: {httpGet: {path: /live, port: http}}
                readinessProbe: {httpGet: {path: /live, port: 8080}}
                startupProbe: {tcpSocket: {port: 9000}}
            """;

    @Test
    void startsEnvoyWithTheBootstrapOfTheMeshAndItsRewrittenProbes() {
        Map<String, Object> out =
                Cases.injected(
                        Cases.yaml(POD),
                        Cases.namespace(Map.of(), Map.of("peakmesh.io/access", "enforcing")),
                        Cases.MESH);
        PodBootstrap expected =
                new PodBootstrap(
                        new ControlPlane(
                                "peakmesh.peakmesh.svc.cluster.local",
                                15010,
                                "xds.cluster.local",
                                "/var/run/peakmesh/roots.pem",
                                "/etc/peakmesh/roots-secret.yaml"),
                        new Module.Placed("v1"),
                        List.of(new AppProbe.Tcp(9000), new AppProbe.Http(8080, "/live", false)));
        assertThat(Cases.container(out, "peakmesh-proxy").get("args"))
                .isEqualTo(expected.envoyArguments("warning", 1));
    }

    @Test
    void asksEachThingOnceThatSeveralProbesAsk() {
        Map<String, Object> out =
                Cases.injected(
                        Cases.yaml(POD),
                        Cases.namespace(Map.of(), Map.of("peakmesh.io/access", "enforcing")),
                        Cases.MESH);
        Map<String, Object> web = Cases.container(out, "web");
        assertThat(Tree.map(web, "livenessProbe")).isEqualTo(Tree.map(web, "readinessProbe"));
    }

    @Test
    void keepsToTheRestrictedLevelInEveryContainerOfTheMeshPortMode() {
        for (boolean nativeSidecars : List.of(true, false)) {
            Map<String, Object> out =
                    Cases.injected(
                            Cases.yaml(POD),
                            Cases.restricted(),
                            Cases.mesh(nativeSidecars, Map.of()));
            assertThat(Verdict.containers(out))
                    .extracting(found -> Tree.text(found.container(), "name"))
                    .containsExactly("peakmesh-proxy", "web");
            Map<String, Object> context =
                    Tree.map(Cases.container(out, "peakmesh-proxy"), "securityContext");
            assertThat(context)
                    .containsEntry("runAsNonRoot", true)
                    .containsEntry("allowPrivilegeEscalation", false)
                    .containsEntry("readOnlyRootFilesystem", true)
                    .containsEntry("capabilities", Map.of("drop", List.of("ALL")))
                    .containsEntry("seccompProfile", Map.of("type", "RuntimeDefault"));
        }
    }

    @Test
    void letsKubectlTakeTheAppWhereTheProxyIsTheFirstContainer() {
        Map<String, Object> out =
                Cases.injected(Cases.yaml(POD), Cases.ENABLED, Cases.mesh(false, Map.of()));
        assertThat(Tree.map(Tree.map(out, "metadata"), "annotations"))
                .containsEntry("kubectl.kubernetes.io/default-container", "web");
    }

    @Test
    void patchesOnlyWhatItAdds() {
        Injected injected = (Injected) Injector.of(Cases.yaml(POD), Cases.ENABLED, Cases.MESH);
        assertThat(injected.patch())
                .extracting(operation -> operation.get("op") + " " + operation.get("path"))
                .containsExactlyInAnyOrder(
                        "add /spec/initContainers", "add /spec/volumes", "add /metadata");
    }
}
