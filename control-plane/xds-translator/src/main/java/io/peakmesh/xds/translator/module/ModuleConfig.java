package io.peakmesh.xds.translator.module;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.extensions.dynamic_modules.v3.DynamicModuleConfig;
import io.peakmesh.model.Balancing.PeakEwma;
import io.peakmesh.xds.translator.wire.Wire;
import java.util.List;

/**
 * The library beside Envoy that balances by Peak-EWMA. It has two parts: the policy, which a
 * cluster names, and a log of every attempt, from which the policy learns and which a router filter
 * names.
 */
public final class ModuleConfig {
    /** Envoy loads {@code lib<name>.so}. */
    public static final String LIBRARY = "peakmesh";

    /** The name of both parts, of the extension of the bootstrap, and of the policy in gRPC. */
    public static final String POLICY = "peak_ewma";

    private ModuleConfig() {}

    /** What is balanced. */
    public enum Choice {
        REQUESTS,
        /** Connections, of which nothing else is seen. */
        CONNECTIONS
    }

    /**
     * The policy's configuration in a cluster.
     *
     * @param weightedLocalities first a locality by its weight, then an endpoint in it
     */
    public static Message balancer(PeakEwma settings, Choice choice, boolean weightedLocalities) {
        Struct.Builder out = settings(settings).toBuilder();
        if (choice == Choice.CONNECTIONS) {
            out.putFields("connections", yes());
        }
        if (weightedLocalities) {
            out.putFields("locality_weighted", yes());
        }
        Descriptor type = ModuleMessages.LOAD_BALANCER;
        return ModuleMessages.builder(type, library(), POLICY)
                .setField(ModuleMessages.settings(type), Wire.any(out.build()))
                .build();
    }

    /** The log in the router filter through which requests to such clusters go. */
    public static AccessLog upstreamLog() {
        return AccessLog.newBuilder()
                .setName(LIBRARY)
                .setTypedConfig(
                        Wire.any(
                                ModuleMessages.builder(ModuleMessages.ACCESS_LOG, library(), POLICY)
                                        .build()))
                .build();
    }

    /** Those that differ from the defaults, by the names in peak-ewma/ALGORITHM.md. */
    public static Struct settings(PeakEwma settings) {
        PeakEwma byDefault = PeakEwma.DEFAULT;
        Struct.Builder out = Struct.newBuilder();
        put(out, "decay_ms", settings.decayMillis(), byDefault.decayMillis());
        put(out, "default_rtt_ms", settings.defaultRttMillis(), byDefault.defaultRttMillis());
        put(
                out,
                "failure_penalty_ms",
                settings.failurePenaltyMillis(),
                byDefault.failurePenaltyMillis());
        put(out, "error_penalty_ms", settings.errorPenaltyMillis(), byDefault.errorPenaltyMillis());
        put(
                out,
                "max_retry_after_ms",
                settings.maxRetryAfterMillis(),
                byDefault.maxRetryAfterMillis());
        return out.build();
    }

    /** For whoever prints the messages of this class. */
    public static List<Descriptor> messages() {
        return List.of(ModuleMessages.LOAD_BALANCER, ModuleMessages.ACCESS_LOG);
    }

    /** Never unloaded, for requests may still be in its hands when the last cluster goes. */
    private static DynamicModuleConfig library() {
        return DynamicModuleConfig.newBuilder().setName(LIBRARY).setDoNotClose(true).build();
    }

    private static void put(Struct.Builder out, String name, int millis, int byDefault) {
        if (millis != byDefault) {
            out.putFields(name, Value.newBuilder().setNumberValue(millis).build());
        }
    }

    private static Value yes() {
        return Value.newBuilder().setBoolValue(true).build();
    }
}
