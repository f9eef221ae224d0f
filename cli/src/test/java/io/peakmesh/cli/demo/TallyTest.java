package io.peakmesh.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.cli.demo.Tally.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TallyTest {
    private static Outcome good(String version, String cart, String caller, double millis) {
        return new Outcome(
                true, "", version, cart, new TreeMap<>(Map.of("catalog", caller)), millis);
    }

    private static Outcome bad(String reason, double millis) {
        return new Outcome(false, reason, "", "", new TreeMap<>(), millis);
    }

    private static Tally of(double... millis) {
        List<Outcome> outcomes = new ArrayList<>();
        for (double one : millis) {
            outcomes.add(good("v1", "cart-1", "web", one));
        }
        return Tally.of(outcomes);
    }

    @Test
    void requestsAreCountedByWhatBecameOfThem() {
        Tally tally =
                Tally.of(
                        List.of(
                                good("v1", "cart-1", "web", 1),
                                good("v2", "cart-1", "web", 2),
                                good("v1", "cart-2", "web", 3),
                                bad("403: no TrafficTarget", 4),
                                bad("403: no TrafficTarget", 5),
                                bad("503", 6)));

        assertThat(tally.requests()).isEqualTo(6);
        assertThat(tally.failures()).isEqualTo(3);
        assertThat(tally.failuresByReason())
                .containsExactly(Map.entry("403: no TrafficTarget", 2), Map.entry("503", 1));
        assertThat(tally.version("v1")).isEqualTo(2);
        assertThat(tally.version("v2")).isEqualTo(1);
        assertThat(tally.version("v3")).isZero();
        assertThat(tally.byCart()).containsExactly(Map.entry("cart-1", 2), Map.entry("cart-2", 1));
    }

    @Test
    void theShareOfAnInstanceIsOfTheAnswersNotOfTheFailures() {
        Tally tally =
                Tally.of(
                        List.of(
                                good("v1", "cart-1", "web", 1),
                                good("v1", "cart-1", "web", 1),
                                good("v1", "cart-1", "web", 1),
                                good("v1", "cart-2", "web", 1),
                                bad("503", 6)));

        assertThat(tally.cartShare("cart-1")).isEqualTo(0.75);
        assertThat(tally.cartShare("cart-3")).isZero();
        assertThat(Tally.of(List.of()).cartShare("cart-1")).isZero();
    }

    @Test
    void everyCallerThatAServerSawIsNamedOnce() {
        Tally tally =
                Tally.of(
                        List.of(
                                good("v1", "c", "spiffe://a/web", 1),
                                good("v1", "c", "spiffe://a/web-2", 1),
                                good("v1", "c", "spiffe://a/web", 1)));

        assertThat(tally.callers())
                .containsExactly(Map.entry("catalog", "spiffe://a/web spiffe://a/web-2"));
    }

    @Test
    void aPercentileIsALatencyThatWasMeasured() {
        Tally tally = of(40, 10, 30, 20);

        assertThat(tally.latenciesMillis()).containsExactly(10.0, 20.0, 30.0, 40.0);
        assertThat(tally.percentileMillis(0)).isEqualTo(10);
        assertThat(tally.percentileMillis(0.25)).isEqualTo(10);
        assertThat(tally.percentileMillis(0.5)).isEqualTo(20);
        assertThat(tally.percentileMillis(0.51)).isEqualTo(30);
        assertThat(tally.percentileMillis(0.99)).isEqualTo(40);
        assertThat(tally.percentileMillis(1)).isEqualTo(40);
        assertThat(of(7).percentileMillis(0.5)).isEqualTo(7);
    }

    @Test
    void ofNoRequestsThereIsNothingToTell() {
        Tally none = Tally.of(List.of());

        assertThat(none.requests()).isZero();
        assertThat(none.failures()).isZero();
        assertThat(none.percentileMillis(0.99)).isZero();
    }

    @Test
    void failedRequestsHaveLatenciesToo() {
        assertThat(Tally.of(List.of(bad("503", 9))).percentileMillis(0.5)).isEqualTo(9);
    }

    @Test
    void aStepHoldsOnlyIfAllThatItChecksHolds() {
        Step held = new Step.Builder("split").load("load", of(1, 2)).check(true, "no").build();
        Step broken =
                new Step.Builder("denial")
                        .figure("denied", 3)
                        .figure("by", Map.of("a", 1))
                        .figure("ratio", 0.5)
                        .check(false, "too few were denied")
                        .check(true, "unsaid")
                        .check(false, "no reason was given")
                        .build();

        assertThat(held.held()).isTrue();
        assertThat(held.why()).isEmpty();
        assertThat(held.measured().get("load"))
                .isEqualTo(
                        Map.of("requests", 2, "failures", 0, "p50Millis", 1.0, "p99Millis", 2.0));
        assertThat(broken.held()).isFalse();
        assertThat(broken.why()).isEqualTo("too few were denied; no reason was given");
        assertThat(broken.headline()).isEqualTo("denied=3, ratio=0.5");
    }
}
