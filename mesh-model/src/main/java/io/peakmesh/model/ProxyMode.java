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
     * @param loopback whether that port, and the workload's local ports, are on loopback; else they
     *     are on its own addresses, as where several workloads share a machine
     */
    record MeshPort(int port, int outboundPort, boolean loopback) implements ProxyMode {
        /** On the workload's own addresses. */
        public MeshPort(int port, int outboundPort) {
            this(port, outboundPort, false);
        }
    }

    default boolean meshed() {
        return !(this instanceof Unmeshed);
    }
}
