package io.peakmesh.cli.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.cli.Run;
import io.peakmesh.kube.installed.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstallCommandTest {
    @TempDir private Path folder = Path.of("");

    private static Run install(String... arguments) {
        return Run.mesh(
                Stream.concat(Stream.of("install", "--ignore-cluster"), Stream.of(arguments))
                        .toArray(String[]::new));
    }

    private static List<Part> parts(Run run) {
        return Pattern.compile("(?m)^---\n")
                .splitAsStream(run.out())
                .filter(document -> !document.isBlank())
                .map(Manifests::part)
                .toList();
    }

    @Test
    void eachObjectComesAfterThoseThatItNeeds() {
        List<String> kinds = parts(install()).stream().map(Part::kind).toList();

        assertThat(kinds).startsWith("Namespace", "ServiceAccount").endsWith("Deployment");
        assertThat(kinds).doesNotContain("PodDisruptionBudget", "Secret");
    }

    @Test
    void theNamespaceIsSaidEverywhere() {
        Run run = install("-n", "mesh-system");

        assertThat(parts(run))
                .filteredOn(part -> part.kind().equals("Namespace"))
                .extracting(Part::name)
                .containsExactly("mesh-system");
        assertThat(parts(run).stream().map(Part::namespace))
                .containsOnly("", "mesh-system", "kube-system");
        assertThat(install("--crds", "-n", "mesh-system").out())
                .contains("namespace: mesh-system")
                .doesNotContain("namespace: peakmesh");
    }

    @Test
    void laterValuesGoBeforeEarlierOnes() throws IOException {
        Path file = Files.writeString(folder.resolve("v.yaml"), "controlPlane: {replicas: 5}");

        assertThat(install("--ha").out()).contains("replicas: 3\n");
        assertThat(install("--ha", "-f", file.toString()).out()).contains("replicas: 5\n");
        assertThat(
                        install(
                                        "-f",
                                        file.toString(),
                                        "--set",
                                        "controlPlane.replicas=2,image.tag=v9")
                                .out())
                .contains("replicas: 2\n", "image: \"peakmesh/control-plane:v9\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "proxy.logLevels=info | logLevels",
                "proxy.concurrency=many | proxy.concurrency: ",
                "controlPlane.replicas=0 | controlPlane.replicas: ",
                "image.pullPolicy=Sometimes | image.pullPolicy: ",
                "trustDomain=Not/One | trustDomain: ",
                "proxy.skipInboundPorts=a | proxy.skipInboundPorts: ",
                "bogus=1 | bogus",
                "image=null | image",
            })
    void anUnknownOrWrongValueIsRefusedByName(String setting, String named) {
        Run run = install("--set", setting);

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("mesh: the values cannot be used: ").contains(named);
    }

    @Test
    void aTextThatLooksLikeANumberCanBeSaid() {
        assertThat(install("--set", "image.tag=12").code()).isEqualTo(1);
        assertThat(install("--set-string", "image.tag=12").out())
                .contains("image: \"peakmesh/control-plane:12\"");
    }

    @Test
    void whatCannotBeANamespaceIsRefused() {
        assertThat(install("-n", "Mesh_1").err()).contains("'Mesh_1' cannot be a namespace");
    }
}
