package io.peakmesh.xds.translator.bootstrap;

/**
 * Which of Envoy's statistics exist at all: those that the mesh shows or that explain a failure.
 * The rest would cost each sidecar megabytes (notes of the Peak-EWMA trial, section 5).
 */
final class StatsText {
    static final String CONFIG =
            """
            stats_config:
              stats_matcher:
                inclusion_list:
                  patterns:
                  - {prefix: server.}
                  - {prefix: control_plane.}
                  - {prefix: cluster_manager.}
                  - {prefix: listener_manager.}
                  - {prefix: sds.}
                  - {prefix: tcp.}
                  - {contains: rbac}
                  - {suffix: .update_rejected}
                  - {suffix: .update_success}
                  - {suffix: .warming_state}
                  - {safe_regex: {regex: 'cluster\\..*\\.upstream_rq_(total|active|time|completed|[1-5]xx|[1-5][0-9][0-9]|pending_active|pending_overflow|retry|retry_success|retry_overflow|rx_reset|tx_reset)'}}
                  - {safe_regex: {regex: 'cluster\\..*\\.upstream_cx_(total|active|connect_fail|connect_timeout|connect_ms|destroy_remote_with_active_rq|rx_bytes_total|tx_bytes_total|overflow|none_healthy)'}}
                  - {safe_regex: {regex: 'cluster\\..*\\.(membership_(healthy|total)|outlier_detection\\.ejections_(active|enforced_total)|ssl\\.(handshake|connection_error|fail_verify_error|fail_verify_san|fail_verify_no_cert))'}}
                  - {safe_regex: {regex: 'http\\..*\\.(downstream_rq_(total|active|time|completed|[1-5]xx|rejected_via_ip_detection)|downstream_cx_(total|active|protocol_error)|no_cluster|no_route)'}}
                  - {safe_regex: {regex: 'listener\\..*\\.(downstream_cx_(total|active|overload_reject|transport_socket_connect_timeout)|downstream_pre_cx_timeout|no_filter_chain_match|ssl\\.(handshake|connection_error|fail_verify_error|fail_verify_san|fail_verify_no_cert))'}}
            deferred_stat_options: {enable_deferred_creation_stats: true}
            """;

    private StatsText() {}
}
