package io.peakmesh.peakewma.grpc;

import io.grpc.LoadBalancer;
import io.grpc.LoadBalancerProvider;
import io.grpc.NameResolver.ConfigOrError;
import io.grpc.Status;
import io.peakmesh.peakewma.PeakEwmaConfig;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The policy {@code peak_ewma} for gRPC Java. A service configuration names it, or a cluster of the
 * mesh does by a {@code TypedStruct} in its {@code load_balancing_policy}; the fields are those of
 * {@link PeakEwmaConfig#read}.
 *
 * <p>{@code connections} means nothing here, and neither does {@code locality_weighted}: gRPC
 * weighs localities above this policy. Which endpoints earlier attempts of a call were at, gRPC
 * does not tell a policy.
 */
public final class PeakEwmaLoadBalancerProvider extends LoadBalancerProvider {
    /** Name of the policy, in gRPC and in the type URL of its {@code TypedStruct}. */
    public static final String POLICY = "peak_ewma";

    private static final int USUAL_PRIORITY = 5;

    /** For gRPC, which finds it as a service. */
    public PeakEwmaLoadBalancerProvider() {}

    @Override
    public boolean isAvailable() {
        return true;
    }

    @Override
    public int getPriority() {
        return USUAL_PRIORITY;
    }

    @Override
    public String getPolicyName() {
        return POLICY;
    }

    @Override
    public LoadBalancer newLoadBalancer(LoadBalancer.Helper helper) {
        return new PeakEwmaLoadBalancer(helper, Uptime.ofSystem(), ThreadLocalRandom::current);
    }

    /** A wrong field is an error that names it; gRPC then refuses the configuration. */
    @Override
    public ConfigOrError parseLoadBalancingPolicyConfig(Map<String, ?> json) {
        try {
            return ConfigOrError.fromConfig(PeakEwmaConfig.read(json));
        } catch (IllegalArgumentException e) {
            return ConfigOrError.fromError(Status.UNAVAILABLE.withDescription(e.getMessage()));
        }
    }
}
