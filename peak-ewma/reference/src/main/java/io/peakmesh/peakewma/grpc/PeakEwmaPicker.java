package io.peakmesh.peakewma.grpc;

import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.PickSubchannelArgs;
import io.grpc.LoadBalancer.SubchannelPicker;
import io.peakmesh.peakewma.Balancer;
import io.peakmesh.peakewma.PeakEwmaConfig;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Sends each call to the better of two connected endpoints. Waits for nobody. */
final class PeakEwmaPicker extends SubchannelPicker {
    private final Balancer<Server> balancer;
    private final Uptime uptime;
    private final Supplier<? extends RandomGenerator> random;

    PeakEwmaPicker(
            PeakEwmaConfig config,
            List<Server> servers,
            Uptime uptime,
            Supplier<? extends RandomGenerator> random) {
        this.balancer = new Balancer<>(config, servers);
        this.uptime = uptime;
        this.random = random;
    }

    @Override
    public PickResult pickSubchannel(PickSubchannelArgs args) {
        @Nullable Server server = balancer.choose(uptime.nanos(), random.get(), _ -> false);
        return server == null
                ? PickResult.withNoResult()
                : server.traffic().traced(server.connection().pickSubchannel(args));
    }
}
