package io.peakmesh.peakewma.grpc;

import io.grpc.ClientStreamTracer;
import io.grpc.LoadBalancer.PickResult;
import io.grpc.Metadata;
import io.peakmesh.peakewma.Endpoint;
import io.peakmesh.peakewma.PeakEwmaConfig;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The streams to one endpoint: counts those outstanding and tells each one's fate to what is known
 * of it. It lives as long as the endpoint is among the addresses, through every new picker.
 *
 * <p>A pick by itself changes nothing: gRPC may drop its result when the connection has just gone,
 * and pick again. What counts is the stream.
 */
final class Traffic extends ClientStreamTracer.Factory {
    private record Traced(PickResult bare, PickResult traced) {}

    private final Endpoint endpoint;
    private final Uptime uptime;
    private final AtomicInteger outstanding = new AtomicInteger();
    private volatile @Nullable Traced last;

    Traffic(PeakEwmaConfig config, Uptime uptime) {
        this.endpoint = new Endpoint(config);
        this.uptime = uptime;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    int outstanding() {
        return outstanding.get();
    }

    /** The same pick, its stream traced; made once for as long as the connection's pick stays. */
    @SuppressWarnings("ReferenceEquality") // equal results may differ in their authority
    PickResult traced(PickResult bare) {
        if (bare.getSubchannel() == null) {
            return bare;
        }
        Traced known = last;
        if (known == null || known.bare() != bare) {
            known = new Traced(bare, bare.copyWithStreamTracerFactory(this));
            last = known;
        }
        return known.traced();
    }

    @Override
    public ClientStreamTracer newClientStreamTracer(
            ClientStreamTracer.StreamInfo info, Metadata headers) {
        long now = uptime.nanos();
        endpoint.picked(now, outstanding.getAndIncrement());
        return new AttemptTracer(endpoint, uptime, now, outstanding::decrementAndGet);
    }
}
