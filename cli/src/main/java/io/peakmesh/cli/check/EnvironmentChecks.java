package io.peakmesh.cli.check;

import io.peakmesh.cli.proxy.EnvoyBinary;
import io.peakmesh.cli.proxy.ModuleChoice;
import io.peakmesh.cli.proxy.ModulePlace;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.Version;
import io.peakmesh.xds.translator.bootstrap.Module;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Whether this machine can run proxies; a machine with only a control plane need not. */
final class EnvironmentChecks {
    private static final String GET_ENVOY =
            "unset PEAKMESH_ENVOY, then ./mesh proxy obtains Envoy " + Version.ENVOY;

    private static final String OWN_MODULE =
            "mesh proxy --module FILE, with the library built for this machine";

    private final Path envoy;

    private EnvironmentChecks(Path envoy) {
        this.envoy = envoy;
    }

    /** {@code envoy} finds the binary, or throws CliException; then nothing else is asked of it. */
    static Category of(Supplier<Path> envoy) {
        List<Check> checks = new ArrayList<>();
        String present = "Envoy is on this machine";
        try {
            EnvironmentChecks found = new EnvironmentChecks(envoy.get());
            checks.add(Check.of(present, () -> new Finding.Good(found.envoy.toString())));
            checks.add(Check.of("Envoy is the version tested with", found::version));
            checks.add(Check.of("Envoy can balance by Peak-EWMA", found::module));
        } catch (CliException missing) {
            checks.add(
                    Check.of(
                            present,
                            () ->
                                    new Finding.Warning(
                                            "there is none, so that no proxy can start here",
                                            GET_ENVOY)));
        }
        return new Category("peakmesh-environment", checks);
    }

    private Finding version() {
        try {
            String version = EnvoyBinary.version(envoy).orElse("");
            return version.equals(Version.ENVOY)
                    ? new Finding.Good(version)
                    : new Finding.Warning(
                            "it is "
                                    + (version.isEmpty() ? "of an unknown version" : version)
                                    + ", this command was tested with "
                                    + Version.ENVOY,
                            GET_ENVOY);
        } catch (IOException e) {
            throw new CliException(
                    envoy + " cannot be run (" + e.getMessage() + "); " + GET_ENVOY, e);
        }
    }

    private Finding module() {
        try {
            Path folder = Files.createTempDirectory("mesh-check-");
            try {
                return switch (new ModulePlace(folder, envoy).bring(new ModuleChoice.Packed())) {
                    case Module.Placed(String marker) -> new Finding.Good("module " + marker);
                    case Module.Absent(String reason) ->
                            new Finding.Warning(
                                    reason + "; proxies here balance by least-request",
                                    reason.startsWith("Envoy ") ? GET_ENVOY : OWN_MODULE);
                };
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new CliException("the module cannot be tried (" + e.getMessage() + ")", e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
