package io.peakmesh.cli.terminal;

/** What this build is, and which Envoy it was tested with. */
public final class Version {
    public static final String PEAKMESH = "0.1.0";

    /** The version that envoy.lock pins. */
    public static final String ENVOY = "1.40.0";

    private Version() {}
}
