package io.peakmesh.cli.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where Envoy is: the script {@code mesh} obtains it and says so in PEAKMESH_ENVOY. */
public final class EnvoyBinary {
    /** {@code commit/version/state of the tree/kind of build/TLS library}. */
    private static final Pattern VERSION = Pattern.compile("/([0-9]+\\.[0-9]+\\.[0-9]+[^/\\s]*)/");

    private EnvoyBinary() {}

    /** Throws CliException if there is none. */
    public static Path find() {
        String named = System.getenv("PEAKMESH_ENVOY");
        if (named == null
                || !Files.isRegularFile(Path.of(named))
                || !Files.isExecutable(Path.of(named))) {
            throw new CliException(
                    "Envoy is missing: set PEAKMESH_ENVOY to an Envoy "
                            + Version.ENVOY
                            + " binary, or start this command as ./mesh, which obtains it");
        }
        return Path.of(named);
    }

    /** What it says that its version is, for example {@code 1.40.0}; empty if it says nothing. */
    public static Optional<String> version(Path envoy) throws IOException {
        Process process =
                new ProcessBuilder(envoy.toString(), "--version").redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            Matcher version =
                    VERSION.matcher(new String(process.getInputStream().readAllBytes(), UTF_8));
            return version.find() ? Optional.of(version.group(1)) : Optional.empty();
        } finally {
            Processes.kill(process);
        }
    }
}
