package io.peakmesh.xds.translator.bootstrap;

/** The bootstrap as YAML text; every value from outside is a quoted JSON string in it. */
final class ConfigText {
    private static final String TLS =
            "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.";

    /**
     * Envoy refuses a whole resource for one expression of more than 100 steps, about as many
     * characters. The source bounds expressions at 1,500 of its own steps, which Envoy's library
     * may count higher.
     */
    private static final String REGEX_SIZE =
            """
            layered_runtime:
              layers:
              - name: peakmesh
                static_layer:
                  re2.max_program_size.error_level: 10000
                  re2.max_program_size.warn_level: 10000
            """;

    private ConfigText() {}

    static String of(Bootstrap spec) {
        return node(spec)
                + xds(spec)
                + ModuleText.extension(spec.module())
                + StatsText.CONFIG
                + REGEX_SIZE
                + limits(spec);
    }

    static String tokenSecret(Bootstrap spec) {
        return """
        resources:
        - "@type": %sSecret
          name: token
          generic_secret:
            secret: {filename: %s}
        """
                .formatted(TLS, quoted(spec.tokenDirectory() + "/token"));
    }

    private static String node(Bootstrap spec) {
        return """
        node:
          id: %s
          cluster: %s
          locality: {zone: %s}
          metadata: %s
        admin:
          address: %s
        dynamic_resources:
          ads_config:
            api_type: DELTA_GRPC
            transport_api_version: V3
            set_node_on_first_message_only: true
            grpc_services:
            - envoy_grpc:
                cluster_name: xds
                retry_policy: {retry_back_off: {base_interval: 0.25s, max_interval: 5s}}
          cds_config: {ads: {}, resource_api_version: V3, initial_fetch_timeout: 0s}
          lds_config: {ads: {}, resource_api_version: V3, initial_fetch_timeout: 0s}
        """
                .formatted(
                        quoted(spec.workload().toString()),
                        quoted(spec.cluster()),
                        quoted(spec.zone()),
                        ModuleText.metadata(spec.module()),
                        admin(spec.admin()));
    }

    private static String admin(Admin admin) {
        return switch (admin) {
            case Admin.Socket(String path) -> "{pipe: {path: " + quoted(path) + ", mode: 384}}";
            case Admin.Loopback(String address, int port) -> socket(address, port);
        };
    }

    private static String xds(Bootstrap spec) {
        Bootstrap.ControlPlane to = spec.controlPlane();
        return """
        static_resources:
          clusters:
          - name: xds
            type: %s
            connect_timeout: 5s
            upstream_connection_options:
              tcp_keepalive: {keepalive_probes: 3, keepalive_time: 30, keepalive_interval: 10}
            load_assignment:
              cluster_name: xds
              endpoints:
              - lb_endpoints:
                - endpoint: {address: %s}
            typed_extension_protocol_options:
              envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                explicit_http_config:
                  http2_protocol_options: {connection_keepalive: {interval: 30s, timeout: 5s}}
                http_filters:
        %s
                - name: envoy.filters.http.upstream_codec
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec
            transport_socket:
              name: envoy.transport_sockets.tls
              typed_config:
                "@type": %sUpstreamTlsContext
                sni: %s
                common_tls_context:
                  tls_params: {tls_minimum_protocol_version: TLSv1_3, tls_maximum_protocol_version: TLSv1_3}
                  alpn_protocols: [h2]
                  validation_context:
                    trusted_ca: {filename: %s}
                    match_typed_subject_alt_names:
                    - {san_type: DNS, matcher: {exact: %s}}
        """
                .formatted(
                        spec.controlPlaneByAddress() ? "STATIC" : "STRICT_DNS",
                        socket(to.host(), to.port()),
                        credential(spec).stripTrailing().indent(8).stripTrailing(),
                        TLS,
                        quoted(to.serverName()),
                        quoted(to.rootsFile()),
                        quoted(to.serverName()));
    }

    /** Fails closed: without a token there is no stream. */
    private static String credential(Bootstrap spec) {
        return """
        - name: envoy.filters.http.credential_injector
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.filters.http.credential_injector.v3.CredentialInjector
            overwrite: true
            credential:
              name: envoy.http.injected_credentials.generic
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.http.injected_credentials.generic.v3.Generic
                header: authorization
                header_value_prefix: "Bearer "
                credential:
                  name: token
                  sds_config:
                    path_config_source: {path: %s, watched_directory: {path: %s}}
        """
                .formatted(quoted(spec.tokenSecretFile()), quoted(spec.tokenDirectory()));
    }

    private static String limits(Bootstrap spec) {
        return """
        overload_manager:
          resource_monitors:
          - name: envoy.resource_monitors.global_downstream_max_connections
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig
              max_active_downstream_connections: %d
        """
                .formatted(spec.maxConnections());
    }

    private static String socket(String address, int port) {
        return "{socket_address: {address: %s, port_value: %d}}".formatted(quoted(address), port);
    }

    /** A JSON string, which YAML reads as the same text. */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20 || c == 0x7f) {
                out.append("\\u%04x".formatted((int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
