package io.peakmesh.xds.translator.lb;

import com.github.xds.type.v3.TypedStruct;
import io.envoyproxy.envoy.config.cluster.v3.LoadBalancingPolicy;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest;
import io.envoyproxy.envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin;
import io.peakmesh.model.Balancing;
import io.peakmesh.xds.translator.module.ModuleConfig;
import io.peakmesh.xds.translator.wire.Wire;

/**
 * The {@code load_balancing_policy} of a cluster for clients that are gRPC themselves. A client
 * takes the first one that it has (gRFC A52), and all have round robin, which therefore ends every
 * list. Each is at the top, not under a choice of localities, so that it sees all endpoints of a
 * priority at once.
 */
public final class GrpcBalancers {
    private GrpcBalancers() {}

    public static LoadBalancingPolicy over(Balancing balancing) {
        LoadBalancingPolicy.Builder out = LoadBalancingPolicy.newBuilder();
        switch (balancing.policy()) {
            case PEAK_EWMA -> out.addPolicies(peakEwma(balancing.peakEwma()));
            case LEAST_REQUEST ->
                    out.addPolicies(
                            Balancers.named(
                                    "least_request",
                                    LeastRequest.newBuilder()
                                            .setChoiceCount(Wire.uint32(2))
                                            .build()));
            // gRPC has no Maglev, and a ring keeps the same promise.
            case RING_HASH, MAGLEV ->
                    out.addPolicies(Balancers.named("ring_hash", Balancers.ring().build()));
            // Nor has it a random choice.
            case ROUND_ROBIN, RANDOM -> {}
        }
        return out.addPolicies(Balancers.named("round_robin", RoundRobin.getDefaultInstance()))
                .build();
    }

    /** A policy of a provider on the client's class path, with its settings as JSON. */
    private static LoadBalancingPolicy.Policy peakEwma(Balancing.PeakEwma settings) {
        TypedStruct policy =
                TypedStruct.newBuilder()
                        .setTypeUrl("type.googleapis.com/" + ModuleConfig.POLICY)
                        .setValue(ModuleConfig.settings(settings))
                        .build();
        return LoadBalancingPolicy.Policy.newBuilder()
                .setTypedExtensionConfig(
                        TypedExtensionConfig.newBuilder()
                                .setName(ModuleConfig.POLICY)
                                .setTypedConfig(Wire.any(policy)))
                .build();
    }
}
