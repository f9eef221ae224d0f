package io.peakmesh.xds.server.grpc;

import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.peakmesh.xds.server.delta.Request;
import io.peakmesh.xds.server.delta.Response;
import io.peakmesh.xds.server.peer.Peer;
import io.peakmesh.xds.server.peer.SecretSource;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/** The method {@code DeltaAggregatedResources}. */
public final class DeltaCalls implements ServerCallHandler<Request, Response> {
    /** The method, with marshallers that build no message. */
    public static final MethodDescriptor<Request, Response> METHOD =
            MethodDescriptor.<Request, Response>newBuilder()
                    .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                    .setFullMethodName(
                            MethodDescriptor.generateFullMethodName(
                                    "envoy.service.discovery.v3.AggregatedDiscoveryService",
                                    "DeltaAggregatedResources"))
                    .setRequestMarshaller(new RequestMarshaller())
                    .setResponseMarshaller(new ResponseMarshaller())
                    .build();

    private final ControlLoop loop;
    private final Admittance admittance;
    private final SecretSource secrets;
    private final Executor push;
    private final Executor edge;
    private final Rejections rejections;
    private final AtomicLong responses = new AtomicLong();
    private final AtomicLong resources = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    /** Told of what proxies reject; on the loop, must not block. */
    public interface Rejections {
        void rejected(Peer peer, io.peakmesh.xds.server.delta.Effect.Rejected rejected);
    }

    /**
     * @param push writes responses
     * @param edge asks the secret source
     */
    public DeltaCalls(
            ControlLoop loop,
            Admittance admittance,
            SecretSource secrets,
            Executor push,
            Executor edge,
            Rejections rejections) {
        this.loop = loop;
        this.admittance = admittance;
        this.secrets = secrets;
        this.push = push;
        this.edge = edge;
        this.rejections = rejections;
    }

    @Override
    public ServerCall.Listener<Request> startCall(
            ServerCall<Request, Response> call, Metadata headers) {
        Executor serial = MoreExecutors.newSequentialExecutor(push);
        DeltaCall delta = new DeltaCall(this, call, serial);
        admittance.admit(
                call,
                headers,
                delta::authenticated,
                status -> serial.execute(() -> close(call, status)));
        return delta;
    }

    private static void close(ServerCall<?, ?> call, Status status) {
        if (!call.isCancelled()) {
            call.close(status, new Metadata());
        }
    }

    ControlLoop loop() {
        return loop;
    }

    Admittance admittance() {
        return admittance;
    }

    SecretSource secrets() {
        return secrets;
    }

    Executor edge() {
        return edge;
    }

    Rejections rejections() {
        return rejections;
    }

    void count(Response response) {
        responses.incrementAndGet();
        resources.addAndGet(response.resources().size());
        long size = 0;
        for (Response.Item item : response.resources()) {
            size += item.resource().body().size();
        }
        bytes.addAndGet(size);
    }

    /** Responses sent since the start. */
    public long responses() {
        return responses.get();
    }

    /** Resources sent since the start, each once for every stream. */
    public long resources() {
        return resources.get();
    }

    /** Their bytes, without framing. */
    public long bytes() {
        return bytes.get();
    }
}
