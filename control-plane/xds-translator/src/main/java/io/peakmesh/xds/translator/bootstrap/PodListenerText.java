package io.peakmesh.xds.translator.bootstrap;

import static io.peakmesh.xds.translator.bootstrap.ConfigText.quoted;
import static io.peakmesh.xds.translator.bootstrap.ConfigText.socket;

import io.peakmesh.xds.translator.name.RedirectPorts;
import java.util.ArrayList;
import java.util.List;

/**
 * The listener for the kubelet, and the clusters behind it. It is bound to the pod's first address,
 * which is the one that the kubelet asks: a wildcard for both families cannot be bound by a kernel
 * without IPv6, and nobody knows the family before the pod has its address.
 */
final class PodListenerText {
    static final int INTERVAL_SECONDS = 2;

    private static final String ENVOY = "type.googleapis.com/envoy.extensions.";

    /** Connections are not kept, as the kubelet keeps none: an old one could fail by chance. */
    private static final String HTTP_OPTIONS =
            """
              typed_extension_protocol_options:
                envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                  "@type": %supstreams.http.v3.HttpProtocolOptions
                  common_http_protocol_options: {max_requests_per_connection: 1}
                  explicit_http_config: {http_protocol_options: {}}
            """
                    .formatted(ENVOY);

    /** Envoy's own highest version for clients is 1.2. */
    private static final String ANY_SERVER =
            """
              transport_socket:
                name: envoy.transport_sockets.tls
                typed_config:
                  "@type": %stransport_sockets.tls.v3.UpstreamTlsContext
                  common_tls_context:
                    tls_params: {tls_maximum_protocol_version: TLSv1_3}
            """
                    .formatted(ENVOY);

    /** Spoken to a gRPC server's health check. */
    private static final String HTTP_2 =
            """
              typed_extension_protocol_options:
                envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                  "@type": %supstreams.http.v3.HttpProtocolOptions
                  explicit_http_config: {http2_protocol_options: {}}
            """
                    .formatted(ENVOY);

    private PodListenerText() {}

    /** Items of the list {@code clusters}. */
    static String clusters(List<AppProbe> probes) {
        StringBuilder out = new StringBuilder();
        out.append(cluster("admin", socket("127.0.0.1", ProxyImage.ADMIN_PORT)))
                .append(HTTP_OPTIONS);
        for (int i = 0; i < probes.size(); i++) {
            AppProbe probe = probes.get(i);
            out.append(cluster(name(i), pod(probe.port())))
                    .append(
                            "  upstream_bind_config: {socket_options: [{level: 1, name: 12,"
                                    + " int_value: %d, state: STATE_PREBIND}]}\n"
                                            .formatted(RedirectPorts.DELIVERY_PRIORITY))
                    .append(
                            switch (probe) {
                                case AppProbe.Http(int _, String _, boolean tls) ->
                                        HTTP_OPTIONS + (tls ? ANY_SERVER : "");
                                case AppProbe.Tcp _ -> healthCheck("tcp_health_check: {}");
                                case AppProbe.Grpc(int _, String service) ->
                                        HTTP_2
                                                + healthCheck(
                                                        "grpc_health_check: {service_name: "
                                                                + quoted(service)
                                                                + "}");
                            });
        }
        return out.toString();
    }

    private static String pod(int port) {
        return "{socket_address: {address: \"$(POD_IP)\", port_value: %d}}".formatted(port);
    }

    private static String cluster(String name, String address) {
        return """
        - name: %1$s
          type: STATIC
          connect_timeout: 5s
          load_assignment:
            cluster_name: %1$s
            endpoints:
            - lb_endpoints:
              - endpoint: {address: %2$s}
        """
                .formatted(name, address);
    }

    /** A cluster without traffic has an interval of its own, and here none ever has any. */
    private static String healthCheck(String kind) {
        return """
          health_checks:
          - timeout: 5s
            interval: %1$ds
            no_traffic_interval: %1$ds
            unhealthy_threshold: 1
            healthy_threshold: 1
            %2$s
        """
                .formatted(INTERVAL_SECONDS, kind);
    }

    /** The list {@code listeners}. */
    static String listener(List<AppProbe> probes) {
        StringBuilder routes = new StringBuilder(route("/ready", "{cluster: admin, timeout: 5s}"));
        List<String> filters = new ArrayList<>();
        for (int i = 0; i < probes.size(); i++) {
            if (probes.get(i) instanceof AppProbe.Http(int _, String path, boolean _)) {
                routes.append(
                        route(
                                PodBootstrap.probePath(i),
                                "{cluster: %s, timeout: 0s, prefix_rewrite: %s}"
                                        .formatted(name(i), quoted(path))));
            } else {
                filters.add(lastOutcome(i));
            }
        }
        return """
        listeners:
        - name: pod
          stat_prefix: pod
          address: %1$s
          freebind: true
          ignore_global_conn_limit: true
          filter_chains:
          - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": %2$sfilters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: pod
                generate_request_id: false
                request_headers_timeout: 10s
                common_http_protocol_options: {idle_timeout: 60s}
                server_header_transformation: PASS_THROUGH
                route_config:
                  name: pod
                  virtual_hosts:
                  - name: pod
                    domains: ["*"]
                    routes:
        %3$s
                http_filters:
        %4$s
        """
                .formatted(
                        pod(ProxyImage.READY_PORT),
                        ENVOY,
                        routes.toString().stripTrailing().indent(12).stripTrailing(),
                        (String.join("", filters) + ROUTER)
                                .stripTrailing()
                                .indent(8)
                                .stripTrailing());
    }

    private static final String ROUTER =
            """
            - name: envoy.filters.http.router
              typed_config:
                "@type": %sfilters.http.router.v3.Router
                suppress_envoy_headers: true
            """
                    .formatted(ENVOY);

    /**
     * Anybody can reach this port, so only the very request that the kubelet makes is passed on: no
     * other method, no query. A redirect is an answer that is well; the kubelet would follow it to
     * a path that is not served here.
     */
    private static String route(String path, String action) {
        return """
        - match:
            path: %1$s
            headers:
            - {name: ":method", string_match: {exact: GET}}
            - {name: ":path", string_match: {exact: %1$s}}
          route: %2$s
          response_headers_to_remove: [location]
        """
                .formatted(path, action);
    }

    private static String lastOutcome(int index) {
        return """
        - name: envoy.filters.http.health_check
          typed_config:
            "@type": %sfilters.http.health_check.v3.HealthCheck
            pass_through_mode: false
            headers: [{name: ":path", string_match: {exact: %s}}]
            cluster_min_healthy_percentages: {%s: {value: 100}}
        """
                .formatted(ENVOY, PodBootstrap.probePath(index), name(index));
    }

    private static String name(int index) {
        return "probe-" + index;
    }
}
