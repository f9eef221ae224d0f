package io.peakmesh.peakewma.grpc;

import io.grpc.CallOptions;
import io.grpc.EquivalentAddressGroup;
import io.grpc.ManagedChannel;
import io.grpc.NameResolverRegistry;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A real gRPC channel that balances by {@code peak_ewma}, found as any client finds it. */
final class TestClient implements AutoCloseable {
    private static final AtomicInteger SCHEMES = new AtomicInteger();

    final TestAddresses addresses;
    private final ManagedChannel channel;

    TestClient(Map<String, ?> config, List<EquivalentAddressGroup> servers) {
        String scheme = "peaktest" + SCHEMES.incrementAndGet();
        addresses = new TestAddresses(scheme, servers);
        NameResolverRegistry.getDefaultRegistry().register(addresses);
        channel =
                NettyChannelBuilder.forTarget(scheme + ":///test")
                        .usePlaintext()
                        .defaultServiceConfig(
                                Map.of("loadBalancingConfig", List.of(Map.of("peak_ewma", config))))
                        .build();
    }

    /** Makes calls from four threads, each one after another; the number that succeeded. */
    int call(int count, long deadlineMillis) throws InterruptedException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            AtomicInteger left = new AtomicInteger(count);
            List<Future<Integer>> all = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                all.add(
                        threads.submit(() -> {
                            int good = 0;
                            while (left.getAndDecrement() > 0) {
                                good += one(deadlineMillis) ? 1 : 0;
                            }
                            return good;
                        }));
            }
            int good = 0;
            for (Future<Integer> each : all) {
                good += each.get();
            }
            return good;
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    boolean one(long deadlineMillis) {
        try {
            ClientCalls.blockingUnaryCall(
                    channel,
                    TestServer.CALL,
                    CallOptions.DEFAULT.withDeadlineAfter(deadlineMillis, TimeUnit.MILLISECONDS),
                    new byte[] {2});
            return true;
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
        NameResolverRegistry.getDefaultRegistry().deregister(addresses);
    }
}
