package io.peakmesh.xds.server.delta;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NackTextTest {
    /** Each was said by an Envoy 1.40.0 whose module was damaged so. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Error adding/updating cluster(s) a/b: Failed to load dynamic module: Failed to load"
                        + " dynamic module: libpeakmesh.so not found in any search path",
                "Error adding/updating cluster(s) a/b: Failed to load dynamic module: Failed to load"
                        + " dynamic module: /m/libpeakmesh.so : /m/libpeakmesh.so: file too short",
                "Error adding/updating cluster(s) a/b: Failed to load dynamic module: Failed to"
                        + " initialize dynamic module: /m/libpeakmesh.so",
                "Error adding/updating cluster(s) a/b: failed to create load balancer config for"
                        + " module 'peakmesh': Failed to resolve symbol"
                        + " envoy_dynamic_module_on_lb_config_new",
                "Error adding/updating cluster(s) a/b: failed to create load balancer config for"
                        + " module 'peakmesh': failed to create in-module load balancer"
                        + " configuration",
                "Error adding/updating listener(s) outbound: Failed to create access logger config:"
                        + " Failed to resolve symbol"
                        + " envoy_dynamic_module_on_access_logger_config_new",
                "Error adding/updating listener(s) outbound: Failed to create access logger config:"
                        + " Failed to initialize dynamic module access logger config",
                "Error adding/updating listener(s) outbound: Didn't find a registered implementation"
                        + " for 'peakmesh' with type URL:"
                        + " 'envoy.extensions.access_loggers.dynamic_modules.v3"
                        + ".DynamicModuleAccessLog'"
            })
    void knowsThatEnvoyCannotUseTheModule(String text) {
        assertThat(NackText.refusesModule(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Error adding/updating cluster(s) ns/shop: cluster: LB policy is not valid",
                "Error adding/updating listener(s) outbound: error adding listener: 'outbound' has"
                        + " duplicate address '0.0.0.0:15001' as existing listener",
                "Error adding/updating cluster(s) ns/dynamic-module: no such thing"
            })
    void takesNoOtherComplaintForIt(String text) {
        assertThat(NackText.refusesModule(text)).isFalse();
    }

    @Test
    void givesTheReasonWithoutTheResource() {
        assertThat(NackText.reason("Error adding/updating cluster(s) a/b: Failed to load x: y"))
                .isEqualTo("Failed to load x: y");
        assertThat(NackText.reason("Error adding/updating cluster a/b - a/b: Failed to load x: y"))
                .isEqualTo("Failed to load x: y");
        assertThat(NackText.reason("something else")).isEqualTo("something else");
    }
}
