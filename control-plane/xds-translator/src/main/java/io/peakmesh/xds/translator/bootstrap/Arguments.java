package io.peakmesh.xds.translator.bootstrap;

import java.util.ArrayList;
import java.util.List;

/** How Envoy is started wherever it is a sidecar. */
final class Arguments {
    private Arguments() {}

    /**
     * No hot restart, whose shared memory would be lost on a sidecar; and what a change of policy
     * or of listeners makes old is drained at once and gone after half a minute, not Envoy's ten.
     */
    static List<String> of(List<String> first, String logLevel, int concurrency) {
        List<String> all = new ArrayList<>(first);
        all.addAll(
                List.of(
                        "--concurrency",
                        "" + concurrency,
                        "--disable-hot-restart",
                        "--drain-strategy",
                        "immediate",
                        "--drain-time-s",
                        "30",
                        "--log-level",
                        logLevel));
        return List.copyOf(all);
    }
}
