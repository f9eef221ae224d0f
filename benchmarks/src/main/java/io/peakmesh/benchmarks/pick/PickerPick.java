package io.peakmesh.benchmarks.pick;

import io.grpc.CallOptions;
import io.grpc.LoadBalancer;
import io.grpc.LoadBalancer.PickSubchannelArgs;
import io.grpc.LoadBalancer.SubchannelPicker;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The gRPC picker as a call meets it: the system's clock, its own chance, the traced result. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class PickerPick {
    /** Connected endpoints. */
    @Param({"3", "100"})
    public int endpoints = 3;

    private final PickSubchannelArgs call = new AnyCall();
    private SubchannelPicker picker =
            new LoadBalancer.FixedResultPicker(LoadBalancer.PickResult.withNoResult());

    /** For JMH. */
    public PickerPick() {}

    /** Connects. */
    @Setup
    public void prepare() {
        picker = ConnectedChannel.picker(endpoints);
    }

    /** A pick. */
    @Benchmark
    public Object pick() {
        return picker.pickSubchannel(call);
    }

    private static final class AnyCall extends PickSubchannelArgs {
        @Override
        public CallOptions getCallOptions() {
            return CallOptions.DEFAULT;
        }

        @Override
        public Metadata getHeaders() {
            throw new UnsupportedOperationException();
        }

        @Override
        public MethodDescriptor<?, ?> getMethodDescriptor() {
            throw new UnsupportedOperationException();
        }
    }
}
