package io.peakmesh.injector.patch;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.injector.patch.Injection.Injected;
import io.peakmesh.injector.patch.Injection.LeftAlone;
import io.peakmesh.injector.patch.Injection.Refused;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VerdictTest {
    @ParameterizedTest
    @CsvSource({
        "enabled, disabled, true",
        "enabled, '', true",
        "'', enabled, true",
        "disabled, enabled, false",
        "'', disabled, false",
        "'', '', false"
    })
    void hearsThePodBeforeItsNamespace(String pod, String namespace, boolean injected) {
        Map<String, Object> object = pod(pod.isEmpty() ? "" : "peakmesh.io/inject: " + pod);
        Map<String, String> annotations =
                namespace.isEmpty() ? Map.of() : Map.of("peakmesh.io/inject", namespace);
        Injection outcome =
                Injector.of(object, new NamespaceFacts("shop", Map.of(), annotations), Cases.MESH);
        assertThat(outcome instanceof Injected).isEqualTo(injected);
        if (outcome instanceof LeftAlone alone) {
            assertThat(alone.expected()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "skip-outbound-cidrs | 10.0.0.0/33",
                "skip-outbound-cidrs | example.org",
                "skip-outbound-cidrs | fd00::/129",
                "skip-outbound-cidrs | 10.0.0/8",
                "skip-inbound-ports | 0",
                "skip-inbound-ports | 9-8",
                "skip-inbound-ports | 1-2-3",
                "skip-outbound-ports | 65536",
                "skip-outbound-ports | http",
                "proxy-cpu-limit | -1",
                "proxy-memory-request | 64MiB",
                "proxy-log-level | loud",
                "proxy-image | $(rm -rf)",
                "proxy-concurrency | 0",
                "proxy-wait-seconds | 1h",
                "probes | yes"
            })
    void refusesAWrongValueWithItsFieldAndWhatItMayBe(String name, String value) {
        Injection outcome =
                Injector.of(
                        pod("config.peakmesh.io/" + name + ": '" + value + "'"),
                        Cases.ENABLED,
                        Cases.MESH);
        assertThat(outcome).isInstanceOf(Refused.class);
        Refused refused = (Refused) outcome;
        assertThat(refused.field())
                .isEqualTo("metadata.annotations[config.peakmesh.io/" + name + "]");
        assertThat(refused.reason()).startsWith("must be ").contains("'" + value + "'");
    }

    @Test
    void takesNoUserOfThePodThatIsTheProxys() {
        Map<String, Object> pod = pod("");
        Tree.childMap(Tree.childMap(pod, "spec"), "securityContext").put("runAsUser", 2102);
        Injection outcome = Injector.of(pod, Cases.ENABLED, Cases.MESH);
        assertThat(outcome).isInstanceOf(Refused.class);
        assertThat(((Refused) outcome).field()).isEqualTo("spec.securityContext.runAsUser");
    }

    @Test
    void refusesAVolumeOfTheMeshsOwnName() {
        Map<String, Object> pod = pod("");
        Tree.childList(Tree.childMap(pod, "spec"), "volumes")
                .add(Tree.of("name", "peakmesh-identity"));
        Injection outcome = Injector.of(pod, Cases.ENABLED, Cases.MESH);
        assertThat(outcome).isInstanceOf(Refused.class);
        assertThat(((Refused) outcome).field()).isEqualTo("spec.volumes[0].name");
    }

    @Test
    void refusesPortsOfAProxyThatAreTheSame() {
        Injection outcome =
                Injector.of(
                        pod("{peakmesh.io/proxy: mesh-port, peakmesh.io/mesh-port: '15001'}"),
                        Cases.ENABLED,
                        Cases.MESH);
        assertThat(outcome).isInstanceOf(Refused.class);
    }

    private static Map<String, Object> pod(String annotations) {
        String flow = annotations.startsWith("{") ? annotations : "{" + annotations + "}";
        return Cases.yaml(
                "metadata: {annotations: "
                        + flow
                        + "}\nspec: {containers: [{name: web, image: web}]}\n");
    }
}
