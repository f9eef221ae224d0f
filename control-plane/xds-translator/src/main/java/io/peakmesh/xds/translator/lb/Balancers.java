package io.peakmesh.xds.translator.lb;

import com.google.protobuf.Message;
import com.google.protobuf.UInt64Value;
import io.envoyproxy.envoy.config.cluster.v3.LoadBalancingPolicy;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.load_balancing_policies.common.v3.LocalityLbConfig;
import io.envoyproxy.envoy.extensions.load_balancing_policies.common.v3.LocalityLbConfig.LocalityWeightedLbConfig;
import io.envoyproxy.envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest;
import io.envoyproxy.envoy.extensions.load_balancing_policies.maglev.v3.Maglev;
import io.envoyproxy.envoy.extensions.load_balancing_policies.random.v3.Random;
import io.envoyproxy.envoy.extensions.load_balancing_policies.ring_hash.v3.RingHash;
import io.envoyproxy.envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin;
import io.peakmesh.model.Balancing;
import io.peakmesh.model.Balancing.Policy;
import io.peakmesh.xds.translator.module.ModuleConfig;
import io.peakmesh.xds.translator.module.ModuleConfig.Choice;
import io.peakmesh.xds.translator.wire.Wire;

/**
 * The {@code load_balancing_policy} of a cluster. Envoy takes the first one whose kind it knows and
 * refuses the cluster if it cannot load that, so the module is named only to a proxy that has it.
 *
 * @param module whether the proxy carries the Peak-EWMA module
 */
public record Balancers(boolean module) {
    private static final String POLICY = "envoy.load_balancing_policies.";

    /** Envoy's bound of eight million entries would let one service fill a sidecar's memory. */
    private static final int MAX_RING = 65_536;

    /** Whether an endpoint is chosen by a hash of the request or the connection. */
    public static boolean hashes(Balancing balancing) {
        return switch (balancing.policy()) {
            case RING_HASH, MAGLEV -> true;
            case PEAK_EWMA, LEAST_REQUEST, ROUND_ROBIN, RANDOM -> false;
        };
    }

    /** Whether endpoints that fail are avoided by the policy itself. */
    public boolean avoidsFailing(Balancing balancing) {
        return module && balancing.policy() == Policy.PEAK_EWMA;
    }

    /**
     * Among all endpoints alike, but for their weights.
     *
     * @param weighted first a locality by weight (the backends of a split), then an endpoint in it
     */
    public LoadBalancingPolicy over(Balancing balancing, Choice choice, boolean weighted) {
        LoadBalancingPolicy.Builder out = LoadBalancingPolicy.newBuilder();
        if (avoidsFailing(balancing)) {
            Message policy = ModuleConfig.balancer(balancing.peakEwma(), choice, weighted);
            out.addPolicies(named("dynamic_modules", policy));
        }
        return out.addPolicies(builtIn(balancing.policy(), weighted)).build();
    }

    private static LoadBalancingPolicy.Policy builtIn(Policy policy, boolean weighted) {
        return switch (policy) {
            case PEAK_EWMA, LEAST_REQUEST -> named("least_request", leastRequest(weighted));
            case ROUND_ROBIN -> {
                RoundRobin.Builder out = RoundRobin.newBuilder();
                if (weighted) {
                    out.setLocalityLbConfig(byWeight());
                }
                yield named("round_robin", out.build());
            }
            case RANDOM -> {
                Random.Builder out = Random.newBuilder();
                if (weighted) {
                    out.setLocalityLbConfig(byWeight());
                }
                yield named("random", out.build());
            }
            case RING_HASH -> named("ring_hash", ringHash(weighted));
            case MAGLEV -> {
                Maglev.Builder out = Maglev.newBuilder();
                if (weighted) {
                    out.setLocalityWeightedLbConfig(LocalityWeightedLbConfig.getDefaultInstance());
                }
                yield named("maglev", out.build());
            }
        };
    }

    private static LeastRequest leastRequest(boolean weighted) {
        LeastRequest.Builder out = LeastRequest.newBuilder().setChoiceCount(Wire.uint32(2));
        if (weighted) {
            out.setLocalityLbConfig(byWeight());
        }
        return out.build();
    }

    private static RingHash ringHash(boolean weighted) {
        RingHash.Builder out = ring();
        if (weighted) {
            out.setLocalityWeightedLbConfig(LocalityWeightedLbConfig.getDefaultInstance());
        }
        return out.build();
    }

    /** The hash function is named because gRPC clients know no default. */
    static RingHash.Builder ring() {
        return RingHash.newBuilder()
                .setHashFunction(RingHash.HashFunction.XX_HASH)
                .setMinimumRingSize(UInt64Value.of(1024))
                .setMaximumRingSize(UInt64Value.of(MAX_RING));
    }

    private static LocalityLbConfig byWeight() {
        return LocalityLbConfig.newBuilder()
                .setLocalityWeightedLbConfig(LocalityWeightedLbConfig.getDefaultInstance())
                .build();
    }

    static LoadBalancingPolicy.Policy named(String name, Message policy) {
        return LoadBalancingPolicy.Policy.newBuilder()
                .setTypedExtensionConfig(
                        TypedExtensionConfig.newBuilder()
                                .setName(POLICY + name)
                                .setTypedConfig(Wire.any(policy)))
                .build();
    }
}
