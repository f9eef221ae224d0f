package io.peakmesh.xds.translator.endpoint;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.peakmesh.model.Endpoint;
import io.peakmesh.model.ProxyMode;
import io.peakmesh.xds.translator.wire.Wire;

/** One endpoint as Envoy's host. */
public final class Hosts {
    private Hosts() {}

    /** For a proxy: at its proxy's port where traffic is not redirected, else at its own. */
    public static LbEndpoint forProxy(Endpoint endpoint) {
        Metadata.Builder metadata =
                Metadata.newBuilder()
                        .putFilterMetadata(
                                "envoy.transport_socket_match", TransportMatch.of(endpoint));
        endpoint.workload()
                .ifPresent(w ->
                        metadata.putFilterMetadata(
                                "peakmesh",
                                Struct.newBuilder()
                                        .putFields(
                                                "workload",
                                                Value.newBuilder()
                                                        .setStringValue(w.toString())
                                                        .build())
                                        .build()));
        return host(endpoint, portForProxy(endpoint)).setMetadata(metadata).build();
    }

    /** For a client that speaks plaintext to the app itself. */
    public static LbEndpoint forClient(Endpoint endpoint) {
        return host(endpoint, endpoint.port()).build();
    }

    static int portForProxy(Endpoint endpoint) {
        return TransportMatch.secured(endpoint)
                        && endpoint.proxy()
                                instanceof ProxyMode.MeshPort(int mesh, int _, boolean _)
                ? mesh
                : endpoint.port();
    }

    private static LbEndpoint.Builder host(Endpoint endpoint, int port) {
        LbEndpoint.Builder host = LbEndpoint.newBuilder().setHealthStatus(HealthStatus.HEALTHY);
        host.getEndpointBuilder().setAddress(Wire.address(endpoint.address(), port));
        if (endpoint.weight() != 1) {
            host.setLoadBalancingWeight(Wire.uint32(endpoint.weight()));
        }
        return host;
    }
}
