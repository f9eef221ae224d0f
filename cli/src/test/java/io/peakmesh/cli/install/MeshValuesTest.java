package io.peakmesh.cli.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.injector.patch.InjectionSettings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeshValuesTest {
    private static MeshValues parse(String text) {
        return MeshValues.parse(
                text,
                "values.yaml",
                name -> {
                    throw new AssertionError("unknown: " + name);
                });
    }

    @Test
    void whatIsLeftOutIsAsInTheChart() {
        InjectionSettings settings = parse("namespace: mesh-system").injection(true);

        assertThat(settings.proxyImage()).isEqualTo("peakmesh/proxy:0.1.0");
        assertThat(settings.imagePullPolicy()).isEqualTo("IfNotPresent");
        assertThat(settings.xdsHost()).isEqualTo("peakmesh.mesh-system.svc.cluster.local");
        assertThat(settings.xdsPort()).isEqualTo(15010);
        assertThat(settings.trustDomain()).isEqualTo("cluster.local");
        assertThat(settings.nativeSidecars()).isTrue();
        assertThat(settings.defaults())
                .containsEntry("proxy-log-level", "warning")
                .containsEntry("proxy-concurrency", "1")
                .containsEntry("proxy-cpu-request", "10m")
                .doesNotContainKeys("opaque-ports", "skip-inbound-ports", "proxy-cpu-limit");
    }

    /** As {@code --set proxy.opaquePorts=3306} gives it. */
    @Test
    void aPortAloneMayBeANumber() {
        MeshValues values = parse("namespace: m\nproxy: {opaquePorts: 3306}");

        assertThat(values.injection(true).defaults()).containsEntry("opaque-ports", "3306");
    }

    @Test
    void aRegistryAndATagMakeTheImagesName() {
        MeshValues values =
                parse(
                        """
                        namespace: m
                        image: {registry: "r.example:5000/team", tag: v9}
                        """);

        assertThat(values.proxyImage()).isEqualTo("r.example:5000/team/peakmesh/proxy:v9");
    }

    @Test
    void theClusterIsAskedForNativeSidecarsUnlessTheValuesKnow() {
        assertThat(parse("namespace: m").injection(false).nativeSidecars()).isFalse();
        assertThat(
                        parse("namespace: m\ninjector: {nativeSidecars: always}")
                                .injection(false)
                                .nativeSidecars())
                .isTrue();
        assertThat(
                        parse("namespace: m\ninjector: {nativeSidecars: never}")
                                .injection(true)
                                .nativeSidecars())
                .isFalse();
    }

    @Test
    void aReplicaOfAnOldVersionPassesOverTheNewOnesValues() {
        List<String> unknown = new ArrayList<>();

        MeshValues values =
                MeshValues.parse(
                        """
                        namespace: m
                        novel: {deep: 1}
                        proxy:
                          logLevels: info
                          resources: {claims: [gpu], limits: {ephemeral-storage: 1Gi, gpu: 1}}
                        controlPlane:
                          nodeSelector: {disk: fast}
                          resources: {claims: [gpu], requests: {cpu: 1}}
                        image: {tag: v2}
                        """,
                        "values.yaml",
                        unknown::add);

        assertThat(unknown)
                .containsExactly(
                        "controlPlane.resources.claims",
                        "novel",
                        "proxy.logLevels",
                        "proxy.resources.claims",
                        "proxy.resources.limits.gpu");
        assertThat(values.proxyImage()).isEqualTo("peakmesh/proxy:v2");
    }

    @Test
    void aWrongValueIsNamed() {
        assertThatThrownBy(() -> parse("namespace: m\nproxy: {concurrency: many}"))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("values.yaml: proxy.concurrency: ");
        assertThatThrownBy(() -> parse("trustDomain: x"))
                .hasMessage("values.yaml: namespace is missing");
    }
}
