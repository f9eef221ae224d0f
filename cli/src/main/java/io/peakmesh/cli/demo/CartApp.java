package io.peakmesh.cli.demo;

import com.google.protobuf.StringValue;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The gRPC service: {@code shop.Cart/Add}, which books every item with the ledger. */
final class CartApp implements App {
    static final MethodDescriptor<StringValue, StringValue> ADD =
            MethodDescriptor.<StringValue, StringValue>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName(MethodDescriptor.generateFullMethodName("shop.Cart", "Add"))
                    .setRequestMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
                    .setResponseMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
                    .build();

    private static final Metadata.Key<String> PEER =
            Metadata.Key.of(Caller.HEADER, Metadata.ASCII_STRING_MARSHALLER);
    private static final Context.Key<String> CALLER = Context.keyWithDefault("caller", "none");
    private static final int LEDGER_TIMEOUT_MILLIS = 5_000;

    private final Shop.Instance instance;
    private final WayOut out;
    private final Server server;
    private volatile Duration delay = Duration.ZERO;

    CartApp(Shop.Instance instance, WayOut out) throws IOException {
        this.instance = instance;
        this.out = out;
        this.server =
                NettyServerBuilder.forAddress(new InetSocketAddress(instance.ip(), instance.port()))
                        .executor(Executors.newVirtualThreadPerTaskExecutor())
                        .intercept(new ReadCaller())
                        .addService(
                                ServerServiceDefinition.builder("shop.Cart")
                                        .addMethod(ADD, ServerCalls.asyncUnaryCall(this::add))
                                        .build())
                        .build()
                        .start();
    }

    private void add(StringValue item, StreamObserver<StringValue> answer) {
        try {
            Thread.sleep(delay);
            String booked = book();
            answer.onNext(
                    StringValue.of(instance.pod() + " " + CALLER.get() + " ledger:" + booked));
            answer.onCompleted();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer.onError(Status.UNAVAILABLE.withCause(e).asRuntimeException());
        } catch (IOException e) {
            answer.onError(
                    Status.UNAVAILABLE
                            .withDescription("ledger: " + e.getMessage())
                            .withCause(e)
                            .asRuntimeException());
        }
    }

    /** From now on every answer takes so much longer. */
    void slow(Duration by) {
        delay = by;
    }

    private String book() throws IOException {
        try (Socket socket = out.ledger(LEDGER_TIMEOUT_MILLIS)) {
            socket.setSoTimeout(LEDGER_TIMEOUT_MILLIS);
            socket.getOutputStream().write("ADD 1\n".getBytes(StandardCharsets.UTF_8));
            String line =
                    new BufferedReader(
                                    new InputStreamReader(
                                            socket.getInputStream(), StandardCharsets.UTF_8))
                            .readLine();
            if (line == null || !line.startsWith("OK ")) {
                throw new IOException("answered " + line);
            }
            return line.substring(line.lastIndexOf(' ') + 1);
        }
    }

    @Override
    public void drain(Duration limit) throws InterruptedException {
        server.shutdown();
        server.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS);
        close();
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private static final class ReadCaller implements ServerInterceptor {
        @Override
        public <Q, S> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
            String header = headers.get(PEER);
            String caller = header == null ? "none" : Caller.of(header);
            return Contexts.interceptCall(
                    Context.current().withValue(CALLER, caller), call, headers, next);
        }
    }
}
