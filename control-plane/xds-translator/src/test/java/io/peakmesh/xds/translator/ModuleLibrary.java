package io.peakmesh.xds.translator;

import io.peakmesh.peakewma.module.PeakEwmaModule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The Peak-EWMA module beside the tests' own Envoys. */
public final class ModuleLibrary {
    private ModuleLibrary() {}

    /** Puts it into the folder. */
    public static void place(Path folder) throws IOException {
        PeakEwmaModule.forMachine(System.getProperty("os.name"), System.getProperty("os.arch"))
                .orElseThrow(() -> new IllegalStateException("no module for this machine"))
                .copyTo(folder);
    }

    /** Lets an Envoy look for it there. */
    public static void lookIn(Path folder, Map<String, String> environment) {
        environment.put("ENVOY_DYNAMIC_MODULES_SEARCH_PATH", folder.toString());
    }
}
