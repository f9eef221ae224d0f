package io.peakmesh.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.cli.proxy.EnvoyBinary;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentChecksTest {
    @TempDir private Path dir = Path.of("");

    private static List<String> lines(Supplier<Path> envoy) {
        return Report.of(List.of(EnvironmentChecks.of(envoy))).lines(true);
    }

    private Path script(String body) throws IOException {
        Path script = Files.writeString(dir.resolve("envoy"), "#!/bin/sh\n" + body + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void thisMachineIsFitForProxies() {
        Path envoy = EnvoyBinary.find();

        assertThat(lines(EnvoyBinary::find))
                .containsExactly(
                        "peakmesh-environment",
                        "--------------------",
                        "√ Envoy is on this machine (" + envoy + ")",
                        "√ Envoy is the version tested with (" + Version.ENVOY + ")",
                        "√ Envoy can balance by Peak-EWMA (module v1)",
                        "",
                        "Status check results are √");
    }

    @Test
    void aMachineWithoutEnvoyIsWarnedOfAndNothingElseIsAskedOfIt() {
        assertThat(
                        lines(() -> {
                            throw new CliException("Envoy is missing");
                        }))
                .containsExactly(
                        "peakmesh-environment",
                        "--------------------",
                        "‼ Envoy is on this machine",
                        "    there is none, so that no proxy can start here",
                        "    next: unset PEAKMESH_ENVOY, then ./mesh proxy obtains Envoy "
                                + Version.ENVOY,
                        "",
                        "Status check results are √");
    }

    @Test
    void anotherEnvoyThatCannotUseTheModuleIsAWarning() throws IOException {
        Path old =
                script(
                        "if [ \"$1\" = --version ]; then echo 'version: c/1.37.0/Clean'; exit; fi;"
                                + " echo 'could not find @type'; exit 1");

        assertThat(lines(() -> old))
                .contains(
                        "‼ Envoy is the version tested with",
                        "    it is 1.37.0, this command was tested with " + Version.ENVOY,
                        "‼ Envoy can balance by Peak-EWMA",
                        "    Envoy 1.37.0 is too old to balance by a module: 1.38.0 is the first"
                                + " that can; proxies here balance by least-request")
                .endsWith("Status check results are √");
    }

    @Test
    void anEnvoyThatIsNoProgramFailsInOneLine() throws IOException {
        Path text = Files.writeString(dir.resolve("envoy"), "text");

        assertThat(lines(() -> text))
                .contains("× Envoy is the version tested with", "× Envoy can balance by Peak-EWMA")
                .endsWith("Status check results are ×");
    }
}
