package io.peakmesh.xds.translator.lb;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.LoadBalancingPolicy;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.load_balancing_policies.common.v3.LocalityLbConfig;
import io.envoyproxy.envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest;
import io.envoyproxy.envoy.extensions.load_balancing_policies.random.v3.Random;
import io.envoyproxy.envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin;
import io.peakmesh.model.Balancing;
import io.peakmesh.xds.translator.wire.Wire;

/** The {@code load_balancing_policy} of a cluster: Envoy takes the first one that it knows. */
public final class Balancers {
    private Balancers() {}

    /** Among all endpoints alike, but for their weights. */
    public static LoadBalancingPolicy over(Balancing balancing) {
        return policy(balancing, LocalityLbConfig.getDefaultInstance());
    }

    /** First a locality by weight (the backends of a split), then an endpoint in it. */
    public static LoadBalancingPolicy overWeightedLocalities(Balancing balancing) {
        return policy(
                balancing,
                LocalityLbConfig.newBuilder()
                        .setLocalityWeightedLbConfig(
                                LocalityLbConfig.LocalityWeightedLbConfig.getDefaultInstance())
                        .build());
    }

    private static LoadBalancingPolicy policy(Balancing balancing, LocalityLbConfig localities) {
        boolean weighted = localities.hasLocalityWeightedLbConfig();
        return switch (balancing.policy()) {
            case PEAK_EWMA, LEAST_REQUEST, RING_HASH, MAGLEV -> {
                LeastRequest.Builder policy =
                        LeastRequest.newBuilder().setChoiceCount(Wire.uint32(2));
                if (weighted) {
                    policy.setLocalityLbConfig(localities);
                }
                yield named("least_request", policy.build());
            }
            case ROUND_ROBIN -> {
                RoundRobin.Builder policy = RoundRobin.newBuilder();
                if (weighted) {
                    policy.setLocalityLbConfig(localities);
                }
                yield named("round_robin", policy.build());
            }
            case RANDOM -> {
                Random.Builder policy = Random.newBuilder();
                if (weighted) {
                    policy.setLocalityLbConfig(localities);
                }
                yield named("random", policy.build());
            }
        };
    }

    private static LoadBalancingPolicy named(String name, Message policy) {
        return LoadBalancingPolicy.newBuilder()
                .addPolicies(
                        LoadBalancingPolicy.Policy.newBuilder()
                                .setTypedExtensionConfig(
                                        TypedExtensionConfig.newBuilder()
                                                .setName("envoy.load_balancing_policies." + name)
                                                .setTypedConfig(Wire.any(policy))))
                .build();
    }
}
