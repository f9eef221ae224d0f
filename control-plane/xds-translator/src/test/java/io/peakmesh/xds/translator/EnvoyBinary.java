package io.peakmesh.xds.translator;

import java.nio.file.Path;

/** The real Envoy that tests run. */
public final class EnvoyBinary {
    private EnvoyBinary() {}

    public static String path() {
        String path = System.getenv("PEAKMESH_ENVOY");
        if (path == null || !Path.of(path).toFile().canExecute()) {
            throw new IllegalStateException(
                    "Envoy is missing: set PEAKMESH_ENVOY or run ./mesh test");
        }
        return path;
    }
}
