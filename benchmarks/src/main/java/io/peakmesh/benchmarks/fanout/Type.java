package io.peakmesh.benchmarks.fanout;

/** The resource types that a sidecar asks for. */
enum Type {
    CLUSTER("envoy.config.cluster.v3.Cluster"),
    ENDPOINT("envoy.config.endpoint.v3.ClusterLoadAssignment"),
    LISTENER("envoy.config.listener.v3.Listener"),
    ROUTE("envoy.config.route.v3.RouteConfiguration"),
    VIRTUAL_HOST("envoy.config.route.v3.VirtualHost"),
    SECRET("envoy.extensions.transport_sockets.tls.v3.Secret");

    private static final Type[] ALL = values();
    private final String url;

    Type(String message) {
        this.url = "type.googleapis.com/" + message;
    }

    String url() {
        return url;
    }

    static Type ofUrl(String url) {
        for (Type type : ALL) {
            if (type.url.equals(url)) {
                return type;
            }
        }
        throw new IllegalArgumentException("a resource type that nobody asked for: " + url);
    }
}
