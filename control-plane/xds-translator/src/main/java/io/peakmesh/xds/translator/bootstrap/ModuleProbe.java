package io.peakmesh.xds.translator.bootstrap;

import java.util.List;

/**
 * A trial of the Peak-EWMA module: the arguments and the configuration with which an Envoy ends
 * with status 0 if it can load all parts of it. If not, it ends with another status and the reason
 * on its standard error, or dies of a signal, as it does of a library that is cut short. It binds
 * no port. Whoever runs it sets {@code ENVOY_DYNAMIC_MODULES_SEARCH_PATH} to the library's folder,
 * as for the Envoy that is to serve.
 */
public final class ModuleProbe {
    private ModuleProbe() {}

    /** The configuration, in YAML. */
    public static String config() {
        return ModuleText.probe();
    }

    /** Envoy's arguments after its program name. */
    public static List<String> envoyArguments(String configFile) {
        return List.of(
                "--mode",
                "validate",
                "--config-path",
                configFile,
                "--disable-hot-restart",
                "--concurrency",
                "1",
                "--log-level",
                "warning");
    }
}
