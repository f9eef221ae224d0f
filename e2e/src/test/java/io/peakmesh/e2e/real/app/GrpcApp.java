package io.peakmesh.e2e.real.app;

import com.google.protobuf.StringValue;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Answers {@code e2e.Echo/Say} with its name, a blank, and the caller as its sidecar names it. */
public final class GrpcApp implements App {
    private static final String SERVICE = "e2e.Echo";
    private static final int DEADLINE_SECONDS = 10;

    private static final MethodDescriptor<StringValue, StringValue> SAY =
            MethodDescriptor.<StringValue, StringValue>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Say"))
                    .setRequestMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
                    .setResponseMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
                    .build();
    private static final Metadata.Key<String> PEER =
            Metadata.Key.of("x-forwarded-client-cert", Metadata.ASCII_STRING_MARSHALLER);
    private static final Context.Key<String> CALLER = Context.keyWithDefault("caller", "");

    private final String name;
    private final InetSocketAddress at;
    private final Server server;
    private volatile Duration takes = Duration.ZERO;

    public GrpcApp(String name, InetSocketAddress at) throws IOException {
        this.name = name;
        this.server =
                NettyServerBuilder.forAddress(at)
                        .executor(Executors.newVirtualThreadPerTaskExecutor())
                        .intercept(new ReadCaller())
                        .addService(
                                ServerServiceDefinition.builder(SERVICE)
                                        .addMethod(SAY, ServerCalls.asyncUnaryCall(this::say))
                                        .build())
                        .build()
                        .start();
        this.at = new InetSocketAddress(at.getAddress(), server.getPort());
    }

    private void say(StringValue said, StreamObserver<StringValue> answer) {
        LockSupport.parkNanos(takes.toNanos());
        answer.onNext(StringValue.of(name + " " + CALLER.get()));
        answer.onCompleted();
    }

    /** From now on every answer takes about so long. */
    public GrpcApp takes(Duration time) {
        takes = time;
        return this;
    }

    /** Calls an app of this kind; throws StatusRuntimeException if that fails. */
    public static String say(Channel channel) {
        return ClientCalls.blockingUnaryCall(
                        channel,
                        SAY,
                        CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS),
                        StringValue.of("hello"))
                .getValue();
    }

    @Override
    public InetSocketAddress address() {
        return at;
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private static final class ReadCaller implements ServerInterceptor {
        @Override
        public <Q, S> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
            String caller = headers.get(PEER);
            return Contexts.interceptCall(
                    Context.current().withValue(CALLER, caller == null ? "" : caller),
                    call,
                    headers,
                    next);
        }
    }
}
