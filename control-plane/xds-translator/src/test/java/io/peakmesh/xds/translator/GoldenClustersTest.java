package io.peakmesh.xds.translator;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers.Thresholds;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every cluster of every golden case. */
class GoldenClustersTest {
    private static final Path CASES = Path.of("src/test/resources/golden");
    private static final String MODULE = "envoy.load_balancing_policies.dynamic_modules";

    @ParameterizedTest
    @MethodSource("io.peakmesh.xds.translator.GoldenTest#cases")
    void retriesHaveABudgetAndNothingHasEnvoysOwnLimits(String name) {
        for (Cluster cluster : clusters(name)) {
            assertThat(cluster.getCircuitBreakers().getThresholdsList())
                    .as(cluster.getName())
                    .singleElement()
                    .satisfies(limits -> {
                        assertThat(limits.hasMaxRetries()).isFalse();
                        assertThat(limits.hasRetryBudget()).isTrue();
                        assertThat(limits.getRetryBudget().hasBudgetPercent()).isTrue();
                        assertThat(limits.getRetryBudget().hasMinRetryConcurrency()).isTrue();
                        assertThat(belowNoLimit(limits)).isFalse();
                    });
        }
    }

    private static boolean belowNoLimit(Thresholds limits) {
        return limits.getMaxConnections().getValue() < 1_000_000
                || limits.getMaxPendingRequests().getValue() < 1_000_000
                || limits.getMaxRequests().getValue() < 1_000_000;
    }

    @ParameterizedTest
    @MethodSource("io.peakmesh.xds.translator.GoldenTest#cases")
    void endpointsThatFailAreAvoidedByTheModuleOrByEnvoyAndNeverByBoth(String name) {
        for (Cluster cluster : clusters(name)) {
            boolean balancedByEnvoy =
                    cluster.getType() == Cluster.DiscoveryType.EDS
                            && !cluster.getName().startsWith("grpc|")
                            && !namesTheModule(cluster);
            assertThat(cluster.hasOutlierDetection())
                    .as(cluster.getName())
                    .isEqualTo(balancedByEnvoy);
        }
    }

    @ParameterizedTest
    @MethodSource("io.peakmesh.xds.translator.GoldenTest#cases")
    void aProxyWithoutTheModuleIsToldNothingOfIt(String name) {
        Yaml in = Yaml.of(CASES.resolve(name).resolve("in.yaml"));
        String text = GoldenText.of(TranslatedCase.without("peakEwma", in)).toString();
        assertThat(text).doesNotContain("dynamic_modules").doesNotContain("upstreamLog");
    }

    private static boolean namesTheModule(Cluster cluster) {
        return cluster.getLoadBalancingPolicy().getPoliciesList().stream()
                .anyMatch(p -> p.getTypedExtensionConfig().getName().equals(MODULE));
    }

    private static Iterable<Cluster> clusters(String name) {
        return TranslatedCase.of(Yaml.of(CASES.resolve(name).resolve("in.yaml")))
                .present(XdsType.CLUSTER, Cluster.class);
    }
}
