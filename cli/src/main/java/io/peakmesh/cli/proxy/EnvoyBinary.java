package io.peakmesh.cli.proxy;

import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.Version;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where Envoy is: the script {@code mesh} obtains it and says so in PEAKMESH_ENVOY. */
public final class EnvoyBinary {
    private EnvoyBinary() {}

    /** Throws CliException if there is none. */
    public static Path find() {
        String named = System.getenv("PEAKMESH_ENVOY");
        if (named == null || !Files.isExecutable(Path.of(named))) {
            throw new CliException(
                    "Envoy is missing: set PEAKMESH_ENVOY to an Envoy "
                            + Version.ENVOY
                            + " binary, or start this command as ./mesh, which obtains it");
        }
        return Path.of(named);
    }
}
