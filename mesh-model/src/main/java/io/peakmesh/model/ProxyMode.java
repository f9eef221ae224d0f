package io.peakmesh.model;

/** How traffic reaches a workload's proxy. */
public sealed interface ProxyMode {
    /** No sidecar: callers speak plaintext to the app itself. */
    record Unmeshed() implements ProxyMode {}

    /**
     * iptables or nftables bring the app's traffic to the proxy: callers use the app's own port.
     */
    record Redirect() implements ProxyMode {}

    /**
     * No redirect: callers in the mesh dial the proxy's one port, and SNI names the port wanted.
     *
     * @param port where the proxy takes mTLS from peers
     * @param outboundPort where the app sends its own HTTP and gRPC calls
     */
    record MeshPort(int port, int outboundPort) implements ProxyMode {}

    default boolean meshed() {
        return !(this instanceof Unmeshed);
    }
}
