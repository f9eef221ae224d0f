package io.peakmesh.injector.patch;

/** What is ours in a pod, by name (decision 010). */
final class Names {
    static final String INJECT = "peakmesh.io/inject";
    static final String PROXY = "peakmesh.io/proxy";
    static final String MESH_PORT = "peakmesh.io/mesh-port";
    static final String OUTBOUND_PORT = "peakmesh.io/outbound-port";
    static final String OUTBOUND_ADDRESS = "peakmesh.io/outbound-address";
    static final String LOOPBACK = "loopback";
    static final String PROXY_VERSION = "peakmesh.io/proxy-version";
    static final String INJECTED_BY = "peakmesh.io/injected-by";
    static final String ORIGINAL = "peakmesh.io/original";
    static final String ACCESS = "peakmesh.io/access";
    static final String UNMESHED = "peakmesh.io/unmeshed-callers";
    static final String DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container";
    static final String CONFIG = "config.peakmesh.io/";

    static final String PROXY_CONTAINER = "peakmesh-proxy";
    static final String REDIRECT_CONTAINER = "peakmesh-redirect";
    static final String VOLUME = "peakmesh-identity";
    static final String ROOTS_CONFIG_MAP = "peakmesh-roots";
    static final String AUDIENCE = "peakmesh";

    static final String REDIRECT = "redirect";
    static final String MESH_PORT_MODE = "mesh-port";

    static final int DEFAULT_MESH_PORT = 15443;
    static final int DEFAULT_OUTBOUND_PORT = 15001;

    private Names() {}

    /** Where an annotation stands, as a user finds it. */
    static String annotation(String name) {
        return "metadata.annotations[" + name + "]";
    }
}
