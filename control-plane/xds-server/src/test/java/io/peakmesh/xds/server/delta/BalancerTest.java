package io.peakmesh.xds.server.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BalancerTest {
    private static Balancer of(String module, String note, String build) {
        return Balancer.of(new Request.Node("ns/p", "", "", build, module, note));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.38.0", "1.38.3", "1.40.0", "1.100.0", "2.0.0", "1.41.0-dev"})
    void anEnvoyWithTheModuleThatIsNewEnoughBalancesByPeakEwma(String build) {
        assertThat(of("v1", "", build)).isEqualTo(new Balancer(true, ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ''   | ''             | 1.40.0 | its node names no Peak-EWMA module
                    none | ''             | 1.40.0 | the module is not used
                    none | no write right | 1.40.0 | the module is not used: no write right
                    v2   | ''             | 1.40.0 | its module has version v2, this control plane sends v1
                    V1   | ''             | 1.40.0 | its module has version V1, this control plane sends v1
                    v1   | ''             | 1.37.0 | Envoy 1.37.0 is older than 1.38.0, the first with module policies
                    v1   | ''             | 0.99.0 | Envoy 0.99.0 is older than 1.38.0, the first with module policies
                    v1   | ''             | ''     | its Envoy names no version; 1.38.0 or newer is needed
                    v1   | ''             | 1      | its Envoy names no version; 1.38.0 or newer is needed
                    v1   | ''             | x.y.z  | its Envoy names no version; 1.38.0 or newer is needed
                    v1   | ''             | -1.50. | its Envoy names no version; 1.38.0 or newer is needed
                    v1   | ''             | 1.9999999999.0 | its Envoy names no version; 1.38.0 or newer is needed
                    """)
    void everyOtherProxyFallsBackForAReason(
            String module, String note, String build, String reason) {
        assertThat(of(module, note, build)).isEqualTo(new Balancer(false, reason));
    }

    @Test
    void aProxysWordsCannotFillAReportOrBreakALine() {
        String reason = of("none", "one\ntwo\u001b[31m" + "x".repeat(5_000), "1.40.0").reason();

        assertThat(reason).startsWith("the module is not used: one?two?[31mxxx").endsWith("...");
        assertThat(reason).hasSizeLessThan(250);
    }

    @Test
    void aReasonIsForThoseWithoutPeakEwmaAndForAllOfThem() {
        assertThatThrownBy(() -> new Balancer(true, "why"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Balancer(false, ""))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
