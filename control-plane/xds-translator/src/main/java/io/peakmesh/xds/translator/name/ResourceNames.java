package io.peakmesh.xds.translator.name;

import io.peakmesh.model.TrustDomain;
import java.util.List;
import java.util.Optional;

/** The fixed names, and the written forms of those that are not clusters. */
public final class ResourceNames {
    /** The listener for what the app sends. */
    public static final String OUTBOUND = "outbound";

    /** The listener for what peers send. */
    public static final String INBOUND = "inbound";

    /** The route configuration whose virtual hosts are fetched one by one. */
    public static final String OUTBOUND_ROUTES = "outbound";

    /**
     * The virtual host of the first answer: Envoy keeps its listener back until it has been given
     * at least one.
     */
    public static final String RESERVED_VIRTUAL_HOST =
            OUTBOUND_ROUTES + "/reserved.peakmesh.invalid";

    /**
     * The catch-all for a proxy that asked for too many names. The bar keeps it apart from every
     * authority that a client can send.
     */
    public static final String OVERFLOW_VIRTUAL_HOST = OUTBOUND_ROUTES + "/|overflow";

    /** The proxy's own certificate and key. */
    public static final String IDENTITY_SECRET = "id";

    /** The trust bundle. */
    public static final String ROOTS_SECRET = "roots";

    /**
     * ALPN between proxies for what the caller's proxy took as HTTP. The standard names, since it
     * is by ALPN that Envoy knows HTTP/2 inside TLS.
     */
    public static final List<String> ALPN_HTTP = List.of("h2", "http/1.1");

    /** ALPN between proxies for bytes that nobody looked at. */
    public static final String ALPN_TCP = "peakmesh-tcp";

    /** Set by the proxy before routing, never let in or out: the cluster that stands in. */
    public static final String DESTINATION_HEADER = "x-peakmesh-dst";

    /**
     * Set by the app's own proxy on an answer in its place: the request has not reached the app, so
     * the caller's proxy may send it elsewhere. Never let through from an app, nor to one.
     */
    public static final String UNSENT_HEADER = "x-peakmesh-unsent";

    private static final String LOCAL = "local-";
    private static final String VIRTUAL_HOST = OUTBOUND_ROUTES + "/";

    private ResourceNames() {}

    /** The listener where a workload without redirect reaches a TCP service. */
    public static String localListener(int port) {
        return LOCAL + port;
    }

    /** The port in {@link #localListener}'s form. */
    public static Optional<Integer> localListenerPort(String name) {
        int port = name.startsWith(LOCAL) ? Port.parse(name.substring(LOCAL.length())) : 0;
        return port == 0 ? Optional.empty() : Optional.of(port);
    }

    public static String virtualHost(String authority) {
        return VIRTUAL_HOST + authority;
    }

    /** The authority in {@link #virtualHost}'s form, if it is one that a client may send. */
    public static Optional<Authority> authority(String virtualHost) {
        return virtualHost.startsWith(VIRTUAL_HOST)
                ? Authority.parse(virtualHost.substring(VIRTUAL_HOST.length()))
                : Optional.empty();
    }

    /** The server name in the TLS hello: which of the app's ports is wanted. */
    public static String serverName(int port, TrustDomain trustDomain) {
        return "p" + port + "." + trustDomain;
    }
}
