package io.peakmesh.xds.translator;

import java.util.Optional;

/** The resource types of one ADS stream, in the order in which additions are sent. */
public enum XdsType {
    SECRET("envoy.extensions.transport_sockets.tls.v3.Secret"),
    CLUSTER("envoy.config.cluster.v3.Cluster"),
    ENDPOINT("envoy.config.endpoint.v3.ClusterLoadAssignment"),
    LISTENER("envoy.config.listener.v3.Listener"),
    ROUTE("envoy.config.route.v3.RouteConfiguration"),
    VIRTUAL_HOST("envoy.config.route.v3.VirtualHost");

    private final String url;

    XdsType(String message) {
        this.url = "type.googleapis.com/" + message;
    }

    public String url() {
        return url;
    }

    public static Optional<XdsType> ofUrl(String url) {
        for (XdsType type : values()) {
            if (type.url.equals(url)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
