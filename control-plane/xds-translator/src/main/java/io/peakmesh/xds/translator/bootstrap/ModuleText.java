package io.peakmesh.xds.translator.bootstrap;

import io.peakmesh.xds.translator.module.ModuleConfig;

/** What the bootstrap says of the Peak-EWMA module. */
final class ModuleText {
    private static final String LIBRARY =
            "{name: " + ModuleConfig.LIBRARY + ", do_not_close: true}";

    private static final String EXTENSION =
            """
            bootstrap_extensions:
            - name: envoy.bootstrap.dynamic_modules
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.bootstrap.dynamic_modules.v3.DynamicModuleBootstrapExtension
                dynamic_module_config: %s
                extension_name: %s
            """
                    .formatted(LIBRARY, ModuleConfig.POLICY);

    private static final String PROBE =
            """
            node: {id: probe, cluster: probe}
            static_resources:
              clusters:
              - name: probe
                type: STATIC
                load_balancing_policy:
                  policies:
                  - typed_extension_config:
                      name: envoy.load_balancing_policies.dynamic_modules
                      typed_config:
                        "@type": type.googleapis.com/envoy.extensions.load_balancing_policies.dynamic_modules.v3.DynamicModulesLoadBalancerConfig
                        dynamic_module_config: %1$s
                        lb_policy_name: %2$s
                        lb_policy_config: {"@type": type.googleapis.com/google.protobuf.Struct, value: {}}
              listeners:
              - name: probe
                address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                filter_chains:
                - filters:
                  - name: envoy.filters.network.http_connection_manager
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                      stat_prefix: probe
                      route_config: {name: probe}
                      http_filters:
                      - name: envoy.filters.http.router
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
                          upstream_log:
                          - name: probe
                            typed_config:
                              "@type": type.googleapis.com/envoy.extensions.access_loggers.dynamic_modules.v3.DynamicModuleAccessLog
                              dynamic_module_config: %1$s
                              logger_name: %2$s
            """
                    .formatted(LIBRARY, ModuleConfig.POLICY);

    private ModuleText() {}

    /** For the control plane, which chooses by it what this proxy is sent. */
    static String metadata(Module module) {
        return switch (module) {
            case Module.Placed(String marker) -> "{peakmesh_lb: " + ConfigText.quoted(marker) + "}";
            case Module.Absent(String reason) ->
                    "{peakmesh_lb: none, peakmesh_lb_reason: " + ConfigText.quoted(reason) + "}";
        };
    }

    /** The part of the module that answers on the admin interface. */
    static String extension(Module module) {
        return switch (module) {
            case Module.Placed _ -> EXTENSION;
            case Module.Absent _ -> "";
        };
    }

    /** All parts of the module, in an Envoy that serves nobody. */
    static String probe() {
        return PROBE + EXTENSION;
    }
}
