package io.peakmesh.peakewma.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.LoadBalancerProvider;
import io.grpc.LoadBalancerRegistry;
import io.grpc.NameResolver.ConfigOrError;
import io.grpc.Status;
import io.peakmesh.peakewma.PeakEwmaConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PeakEwmaLoadBalancerProviderTest {
    private final LoadBalancerProvider provider = new PeakEwmaLoadBalancerProvider();

    @Test
    void isFoundOnTheClassPathByItsName() {
        assertThat(LoadBalancerRegistry.getDefaultRegistry().getProvider("peak_ewma"))
                .isInstanceOf(PeakEwmaLoadBalancerProvider.class);
        assertThat(provider.isAvailable()).isTrue();
        assertThat(provider.getPriority()).isEqualTo(5);
    }

    @Test
    void readsTheNumbersAsJsonGivesThem() {
        ConfigOrError read =
                provider.parseLoadBalancingPolicyConfig(
                        Map.of("decay_ms", 10_000.0, "locality_weighted", true));
        assertThat(read.getError()).isNull();
        assertThat(read.getConfig())
                .isEqualTo(new PeakEwmaConfig(10_000, 30, 5_000, 5_000, 30_000, false, true));
        assertThat(provider.parseLoadBalancingPolicyConfig(Map.of()).getConfig())
                .isEqualTo(PeakEwmaConfig.DEFAULT);
    }

    @Test
    void refusesAWrongFieldByItsName() {
        ConfigOrError unknown =
                provider.parseLoadBalancingPolicyConfig(Map.of("decay_seconds", 10.0));
        assertThat(unknown.getConfig()).isNull();
        assertThat(unknown.getError())
                .returns(Status.Code.UNAVAILABLE, Status::getCode)
                .returns("peak_ewma: unknown field decay_seconds", Status::getDescription);
        assertThat(provider.parseLoadBalancingPolicyConfig(Map.of("decay_ms", 0.0)).getError())
                .returns("peak_ewma: decay_ms must be 1 to 600000, not 0", Status::getDescription);
    }
}
