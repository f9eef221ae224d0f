package io.peakmesh.e2e.real;

import io.grpc.LoadBalancerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.peakmesh.e2e.real.app.GrpcApp;
import java.time.Duration;
import org.awaitility.Awaitility;

/**
 * A gRPC client as a process of its own, whose class path its starter chooses. Arguments: target,
 * calls per second, calls. Says whether {@code peak_ewma} is known, then what became of the calls
 * after some more in which it got to know the servers.
 */
final class GrpcCaller {
    private GrpcCaller() {}

    public static void main(String[] arguments) {
        boolean known = LoadBalancerRegistry.getDefaultRegistry().getProvider("peak_ewma") != null;
        System.out.println("peak_ewma known: " + known);
        ManagedChannel channel = NettyChannelBuilder.forTarget(arguments[0]).usePlaintext().build();
        try {
            Awaitility.await("a first answer")
                    .atMost(Duration.ofMinutes(1))
                    .ignoreExceptions()
                    .until(() -> !GrpcApp.say(channel).isEmpty());
            try (OpenLoop load =
                    new OpenLoop(
                            Integer.parseInt(arguments[1]), () -> GrpcApp.say(channel).strip())) {
                load.next(Integer.parseInt(arguments[2]) / 3);
                OpenLoop.Outcome outcome = load.next(Integer.parseInt(arguments[2]));
                System.out.println("outcome: " + outcome);
                outcome.failures().stream().limit(5).forEach(System.out::println);
                outcome.by().forEach((name, calls) -> System.out.println(name + "=" + calls));
                System.out.println("failures=" + outcome.failures().size());
            }
        } finally {
            channel.shutdownNow();
        }
    }
}
