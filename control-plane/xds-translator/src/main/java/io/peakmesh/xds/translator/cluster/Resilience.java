package io.peakmesh.xds.translator.cluster;

import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.envoyproxy.envoy.config.cluster.v3.UpstreamConnectionOptions;
import io.envoyproxy.envoy.config.core.v3.TcpKeepalive;
import io.envoyproxy.envoy.type.v3.Percent;
import io.peakmesh.xds.translator.wire.Wire;

/** Limits and failure handling of every cluster. */
final class Resilience {
    /** The mesh sheds no load by itself: far above what one app can have under way. */
    private static final int NO_LIMIT = 1_000_000;

    private Resilience() {}

    /** A base for clusters of all kinds: connect timeout, keepalive, limits. */
    static Cluster.Builder base(String name) {
        return Cluster.newBuilder()
                .setName(name)
                .setConnectTimeout(Wire.seconds(2))
                .setPerConnectionBufferLimitBytes(Wire.uint32(128 * 1024))
                .setUpstreamConnectionOptions(
                        UpstreamConnectionOptions.newBuilder()
                                .setTcpKeepalive(
                                        TcpKeepalive.newBuilder()
                                                .setKeepaliveProbes(Wire.uint32(3))
                                                .setKeepaliveTime(Wire.uint32(60))
                                                .setKeepaliveInterval(Wire.uint32(10))))
                .setCircuitBreakers(limits());
    }

    /** Retries may add a fifth to the load; Envoy's default would be three at a time. */
    static CircuitBreakers limits() {
        return CircuitBreakers.newBuilder()
                .addThresholds(
                        CircuitBreakers.Thresholds.newBuilder()
                                .setMaxConnections(Wire.uint32(NO_LIMIT))
                                .setMaxPendingRequests(Wire.uint32(NO_LIMIT))
                                .setMaxRequests(Wire.uint32(NO_LIMIT))
                                .setRetryBudget(
                                        CircuitBreakers.Thresholds.RetryBudget.newBuilder()
                                                .setBudgetPercent(Percent.newBuilder().setValue(20))
                                                .setMinRetryConcurrency(Wire.uint32(10))))
                .build();
    }

    /**
     * Only what fails to connect is left out for a while, never more than half. What an app answers
     * is no sign that its instance is worse than another.
     */
    static OutlierDetection ejection() {
        return OutlierDetection.newBuilder()
                .setSplitExternalLocalOriginErrors(true)
                .setConsecutiveLocalOriginFailure(Wire.uint32(5))
                .setEnforcingConsecutiveLocalOriginFailure(Wire.uint32(100))
                .setEnforcingLocalOriginSuccessRate(Wire.uint32(0))
                .setEnforcingConsecutive5Xx(Wire.uint32(0))
                .setEnforcingConsecutiveGatewayFailure(Wire.uint32(0))
                .setEnforcingSuccessRate(Wire.uint32(0))
                .setEnforcingFailurePercentage(Wire.uint32(0))
                .setInterval(Wire.seconds(5))
                .setBaseEjectionTime(Wire.seconds(5))
                .setMaxEjectionTime(Wire.seconds(60))
                .setMaxEjectionPercent(Wire.uint32(50))
                .build();
    }
}
