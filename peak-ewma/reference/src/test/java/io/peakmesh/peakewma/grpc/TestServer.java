package io.peakmesh.peakewma.grpc;

import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A real gRPC server on loopback that counts its calls and treats each as it is told. */
final class TestServer implements AutoCloseable {
    static final MethodDescriptor<byte[], byte[]> CALL =
            MethodDescriptor.<byte[], byte[]>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName("test/Call")
                    .setRequestMarshaller(new Bytes())
                    .setResponseMarshaller(new Bytes())
                    .build();

    private final AtomicInteger calls = new AtomicInteger();
    private final Consumer<StreamObserver<byte[]>> behaviour;
    private final InetSocketAddress address;
    private Server server;

    TestServer(Consumer<StreamObserver<byte[]>> behaviour) throws IOException {
        this.behaviour = behaviour;
        this.server = start(0);
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());
    }

    static void answer(StreamObserver<byte[]> response) {
        response.onNext(new byte[] {1});
        response.onCompleted();
    }

    private Server start(int port) throws IOException {
        return NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .addService(
                        ServerServiceDefinition.builder("test")
                                .addMethod(
                                        CALL,
                                        ServerCalls.asyncUnaryCall((request, response) -> {
                                            calls.incrementAndGet();
                                            behaviour.accept(response);
                                        }))
                                .build())
                .build()
                .start();
    }

    InetSocketAddress address() {
        return address;
    }

    int calls() {
        return calls.get();
    }

    void kill() throws InterruptedException {
        server.shutdownNow().awaitTermination();
    }

    void restart() throws IOException {
        server = start(address.getPort());
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
