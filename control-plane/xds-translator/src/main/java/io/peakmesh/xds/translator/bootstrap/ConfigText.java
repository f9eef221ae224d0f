package io.peakmesh.xds.translator.bootstrap;

import io.peakmesh.xds.translator.name.IpText;

/** The bootstrap as YAML text; every value from outside is a quoted JSON string in it. */
final class ConfigText {
    /** Not the name of the roots for peers, which come over the stream: both are counted. */
    private static final String ROOTS = "control-plane-roots";

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

    private static final String DISCOVERY =
            """
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
            """;

    private ConfigText() {}

    static String of(Bootstrap spec) {
        return """
        node:
          id: %s
          cluster: %s
          locality: {zone: %s}
          metadata: %s
        """
                        .formatted(
                                quoted(spec.workload().toString()),
                                quoted(spec.cluster()),
                                quoted(spec.zone()),
                                ModuleText.metadata(spec.module()))
                + admin(spec.admin())
                + DISCOVERY
                + clusters(spec.controlPlane(), spec.tokenSecretFile(), spec.tokenDirectory())
                + ModuleText.extension(spec.module())
                + StatsText.CONFIG
                + REGEX_SIZE
                + limits(spec.maxConnections());
    }

    static String of(PodBootstrap spec) {
        return """
        node:
          metadata: %s
        """
                        .formatted(ModuleText.metadata(spec.module()))
                + admin(new Admin.Loopback("127.0.0.1", ProxyImage.ADMIN_PORT))
                + DISCOVERY
                + clusters(spec.controlPlane(), ProxyImage.TOKEN_SECRET, ProxyImage.IDENTITY_DIR)
                + PodListenerText.clusters(spec.probes()).indent(2)
                + PodListenerText.listener(spec.probes()).indent(2)
                + ModuleText.extension(spec.module())
                + StatsText.CONFIG
                + REGEX_SIZE
                + limits(Bootstrap.MAX_CONNECTIONS);
    }

    private static boolean byAddress(Bootstrap.ControlPlane controlPlane) {
        return IpText.canonical(controlPlane.host()).isPresent();
    }

    static String tokenSecret(String tokenDirectory) {
        return """
        resources:
        - "@type": %sSecret
          name: token
          generic_secret:
            secret: {filename: %s}
        """
                .formatted(TLS, quoted(tokenDirectory + "/token"));
    }

    /**
     * Envoy reads a file that its bootstrap names once; one that a secret names, whenever something
     * is renamed in the folder. What it then cannot read it does not take.
     */
    static String rootsSecret(String rootsFile) {
        return """
        resources:
        - "@type": %sSecret
          name: %s
          validation_context:
            trusted_ca: {filename: %s}
            watched_directory: {path: %s}
        """
                .formatted(TLS, ROOTS, quoted(rootsFile), quoted(folder(rootsFile)));
    }

    private static String folder(String file) {
        return file.substring(0, Math.max(1, file.lastIndexOf('/')));
    }

    private static String admin(Admin admin) {
        String address =
                switch (admin) {
                    case Admin.Socket(String path) ->
                            "{pipe: {path: " + quoted(path) + ", mode: 384}}";
                    case Admin.Loopback(String ip, int port) -> socket(ip, port);
                };
        return """
        admin:
          address: %s
        """
                .formatted(address);
    }

    /** The one of the control plane; more may follow in the same list. */
    private static String clusters(
            Bootstrap.ControlPlane to, String tokenSecretFile, String tokenDirectory) {
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
                  combined_validation_context:
                    default_validation_context:
                      match_typed_subject_alt_names:
                      - {san_type: DNS, matcher: {exact: %s}}
                    validation_context_sds_secret_config:
                      name: %s
                      sds_config:
                        path_config_source: {path: %s, watched_directory: {path: %s}}
        """
                .formatted(
                        byAddress(to) ? "STATIC" : "STRICT_DNS",
                        socket(to.host(), to.port()),
                        credential(tokenSecretFile, tokenDirectory)
                                .stripTrailing()
                                .indent(8)
                                .stripTrailing(),
                        TLS,
                        quoted(to.serverName()),
                        quoted(to.serverName()),
                        ROOTS,
                        quoted(to.rootsSecretFile()),
                        quoted(folder(to.rootsFile())));
    }

    /** Fails closed: without a token there is no stream. */
    private static String credential(String tokenSecretFile, String tokenDirectory) {
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
                .formatted(quoted(tokenSecretFile), quoted(tokenDirectory));
    }

    private static String limits(int maxConnections) {
        return """
        overload_manager:
          resource_monitors:
          - name: envoy.resource_monitors.global_downstream_max_connections
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig
              max_active_downstream_connections: %d
        """
                .formatted(maxConnections);
    }

    static String socket(String address, int port) {
        return "{socket_address: {address: %s, port_value: %d}}".formatted(quoted(address), port);
    }

    /**
     * A JSON string, which YAML reads as the same text. No dollar sign is left in it, which
     * Kubernetes could expand where the text is a container's argument; the pod's address, which it
     * shall expand, is not a value from outside.
     */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20 || c == 0x7f || c == '$') {
                out.append("\\u%04x".formatted((int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
