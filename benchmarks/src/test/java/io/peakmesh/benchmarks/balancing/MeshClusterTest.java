package io.peakmesh.benchmarks.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.LoadBalancingPolicy;
import io.peakmesh.model.Balancing;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeshClusterTest {
    private static Cluster cluster(Policy policy) {
        return MeshCluster.of(policy, Balancing.PeakEwma.DEFAULT).build();
    }

    private static List<String> policies(Policy policy) {
        return cluster(policy).getLoadBalancingPolicy().getPoliciesList().stream()
                .map(LoadBalancingPolicy.Policy::getTypedExtensionConfig)
                .map(config -> config.getName().replace("envoy.load_balancing_policies.", ""))
                .toList();
    }

    @Test
    void eachPolicyIsTheOneThatTheControlPlaneWouldSend() {
        assertThat(policies(Policy.ROUND_ROBIN)).containsExactly("round_robin");
        assertThat(policies(Policy.RANDOM)).containsExactly("random");
        assertThat(policies(Policy.LEAST_REQUEST)).containsExactly("least_request");
        assertThat(policies(Policy.LEAST_REQUEST_EJECTING)).containsExactly("least_request");
        assertThat(policies(Policy.PEAK_EWMA)).startsWith("dynamic_modules");
    }

    @Test
    void onlyTheFallbackEjects() {
        assertThat(cluster(Policy.LEAST_REQUEST_EJECTING).hasOutlierDetection()).isTrue();
        assertThat(cluster(Policy.LEAST_REQUEST).hasOutlierDetection()).isFalse();
        assertThat(cluster(Policy.PEAK_EWMA).hasOutlierDetection()).isFalse();
    }

    @Test
    void thePolicyIsToldItsSettings() {
        Balancing.PeakEwma quick = new Balancing.PeakEwma(1_234, 30, 5_000, 5_000, 30_000);

        assertThat(MeshCluster.of(Policy.PEAK_EWMA, quick).build())
                .isNotEqualTo(cluster(Policy.PEAK_EWMA));
    }
}
