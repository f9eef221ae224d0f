package io.peakmesh.benchmarks.fanout;

import java.util.List;

/**
 * The JVM flags that {@code cli/jvm.options} gives to the control plane; the floor server gets them
 * too.
 */
final class ServerFlags {
    static final String HEAP = "-Xmx160m";

    static final List<String> FLAGS =
            List.of(
                    "-XX:+UseSerialGC",
                    "-Xms16m",
                    HEAP,
                    "-Xmn12m",
                    "-XX:MinHeapFreeRatio=10",
                    "-XX:MaxHeapFreeRatio=20",
                    "-Xss512k",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:ReservedCodeCacheSize=32m",
                    "-XX:+UseCompactObjectHeaders",
                    "-XX:TrimNativeHeapInterval=10000",
                    "-XX:-UsePerfData",
                    "-Dio.grpc.netty.shaded.io.netty.allocator.numDirectArenas=1",
                    "-Dio.grpc.netty.shaded.io.netty.allocator.numHeapArenas=0",
                    "-Dio.grpc.netty.shaded.io.netty.allocator.maxOrder=4",
                    "--sun-misc-unsafe-memory-access=allow",
                    "--enable-native-access=ALL-UNNAMED");

    private ServerFlags() {}
}
