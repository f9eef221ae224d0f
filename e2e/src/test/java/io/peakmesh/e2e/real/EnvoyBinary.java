package io.peakmesh.e2e.real;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where this machine's stock Envoy is. */
final class EnvoyBinary {
    private EnvoyBinary() {}

    /** Throws IllegalStateException with one clear line if there is none. */
    static Path path() {
        String named = System.getenv("PEAKMESH_ENVOY");
        if (named == null || !Files.isExecutable(Path.of(named))) {
            throw new IllegalStateException(
                    "Envoy is missing: set PEAKMESH_ENVOY or run ./mesh test");
        }
        return Path.of(named);
    }
}
