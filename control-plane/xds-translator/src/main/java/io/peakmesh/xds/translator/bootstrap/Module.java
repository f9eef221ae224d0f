package io.peakmesh.xds.translator.bootstrap;

/** Whether the Peak-EWMA module lies beside this Envoy; the node says so to the control plane. */
public sealed interface Module {
    /**
     * It does, and this Envoy has loaded it once: Envoy does not start with one that it cannot
     * load.
     *
     * @param marker the module's version of its configuration, for example {@code v1}
     */
    record Placed(String marker) implements Module {}

    /**
     * It does not.
     *
     * @param reason for people
     */
    record Absent(String reason) implements Module {}
}
