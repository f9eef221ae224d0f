package io.peakmesh.xds.translator.bootstrap;

/** Where things are in the proxy's image and in an injected pod (decision 010). */
public final class ProxyImage {
    /** The proxy's user and group, which the redirect leaves alone. */
    public static final int UID = 2102;

    /** Envoy's admin interface, on loopback. */
    public static final int ADMIN_PORT = 15000;

    /** {@code /ready}, and the probes that were rewritten. */
    public static final int READY_PORT = 15021;

    public static final String ENVOY = "/usr/local/bin/envoy";

    /** The folder of the Peak-EWMA module. */
    public static final String MODULE_DIR = "/usr/local/lib/peakmesh";

    /** Sets the redirect up; its arguments are in its own text. */
    public static final String REDIRECT = "/usr/local/bin/peakmesh-redirect";

    /** The text of {@link Bootstrap#tokenSecret}. */
    public static final String TOKEN_SECRET = "/etc/peakmesh/token-secret.yaml";

    /** The text of {@link Bootstrap.ControlPlane#rootsSecret}. */
    public static final String ROOTS_SECRET = "/etc/peakmesh/roots-secret.yaml";

    /** Holds {@code token} and {@code roots.pem}. */
    public static final String IDENTITY_DIR = "/var/run/peakmesh";

    /** In PEM. */
    public static final String ROOTS = IDENTITY_DIR + "/roots.pem";

    private ProxyImage() {}
}
