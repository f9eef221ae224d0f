package io.peakmesh.e2e.real;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where this machine's stock Envoy is. */
public final class EnvoyBinary {
    private EnvoyBinary() {}

    /** Throws IllegalStateException with one clear line if there is none. */
    public static Path path() {
        return named("PEAKMESH_ENVOY", "Envoy is missing: set PEAKMESH_ENVOY or run ./mesh test");
    }

    /** The newest one that knows no module policies; throws as {@link #path} does. */
    public static Path old() {
        return named(
                "PEAKMESH_ENVOY_OLD",
                "An older Envoy is missing: set PEAKMESH_ENVOY_OLD or run ./mesh e2e");
    }

    private static Path named(String variable, String missing) {
        String named = System.getenv(variable);
        if (named == null || !Files.isExecutable(Path.of(named))) {
            throw new IllegalStateException(missing);
        }
        return Path.of(named);
    }
}
