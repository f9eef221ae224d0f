package io.peakmesh.xds.server.sotw;

import com.google.common.util.concurrent.MoreExecutors;
import io.envoyproxy.controlplane.server.V3DiscoveryServer;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.peakmesh.xds.server.grpc.Admittance;
import io.peakmesh.xds.server.grpc.ControlLoop;
import io.peakmesh.xds.server.peer.Peer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The method {@code StreamAggregatedResources}, for peers that proved who they are. */
public final class GrpcClients implements ServerCallHandler<DiscoveryRequest, DiscoveryResponse> {
    /** Live streams of one workload: each of its channels may open one. */
    private static final int OF_ONE_WORKLOAD = 16;

    private final ControlLoop loop;
    private final Admittance admittance;
    private final Executor push;
    private final int most;
    private final int names;

    /** For the loop only. */
    private final Set<GrpcStream> streams = new LinkedHashSet<>();

    /**
     * @param most streams at one time
     * @param names of one type in one request; what exceeds it is not looked up
     */
    public GrpcClients(
            ControlLoop loop, Admittance admittance, Executor push, int most, int names) {
        this.loop = loop;
        this.admittance = admittance;
        this.push = push;
        this.most = most;
        this.names = names;
        loop.afterPublish(this::cutTheGone);
    }

    /** The method with its handler, to be put into the service beside the delta one. */
    public ServerMethodDefinition<DiscoveryRequest, DiscoveryResponse> method() {
        return ServerMethodDefinition.create(
                AggregatedDiscoveryServiceGrpc.getStreamAggregatedResourcesMethod(), this);
    }

    @Override
    public ServerCall.Listener<DiscoveryRequest> startCall(
            ServerCall<DiscoveryRequest, DiscoveryResponse> call, Metadata headers) {
        LateListener<DiscoveryRequest> late = new LateListener<>();
        admittance.admit(
                call,
                headers,
                peer -> loop.execute(() -> open(call, headers, peer, late)),
                status -> call.close(status, new Metadata()));
        return late;
    }

    private void open(
            ServerCall<DiscoveryRequest, DiscoveryResponse> call,
            Metadata headers,
            Peer peer,
            LateListener<DiscoveryRequest> late) {
        if (call.isCancelled()) {
            return;
        }
        var refusal = loop.proxies().refusal(peer);
        long siblings =
                streams.stream().filter(s -> s.peer().workload().equals(peer.workload())).count();
        if (refusal.isPresent()) {
            String text = refusal.get().text();
            admittance.refused(peer.workload().toString(), text);
            call.close(Status.UNAVAILABLE.withDescription(text), new Metadata());
            return;
        }
        if (streams.size() >= most || siblings >= OF_ONE_WORKLOAD) {
            call.close(
                    Status.RESOURCE_EXHAUSTED.withDescription("too many streams"), new Metadata());
            return;
        }
        GrpcStream stream = new GrpcStream(loop, admittance, peer, names);
        streams.add(stream);
        Ending ending = new Ending(call);
        late.become(
                () -> stock(stream).startCall(ending, headers),
                () -> loop.execute(() -> forget(stream)));
        stream.onEnd(status -> {
            ending.why = status;
            late.cancel();
            push.execute(() -> close(call, status));
        });
    }

    /** The library closes a call of its own accord when it is cancelled: with our reason then. */
    private static final class Ending
            extends SimpleForwardingServerCall<DiscoveryRequest, DiscoveryResponse> {
        private volatile @Nullable Status why;

        Ending(ServerCall<DiscoveryRequest, DiscoveryResponse> call) {
            super(call);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            Status ours = why;
            super.close(ours == null ? status : ours, trailers);
        }
    }

    /** The library's handler: it keeps nonces and answers, we give it what to answer with. */
    private ServerCallHandler<DiscoveryRequest, DiscoveryResponse> stock(GrpcStream stream) {
        V3DiscoveryServer server =
                new V3DiscoveryServer(
                        List.of(),
                        stream,
                        () -> MoreExecutors.newSequentialExecutor(push),
                        new SharedBytes());
        return ServerCalls.asyncBidiStreamingCall(
                server.getAggregatedDiscoveryServiceImpl()::streamAggregatedResources);
    }

    private static void close(ServerCall<?, ?> call, Status status) {
        try {
            if (!call.isCancelled()) {
                call.close(status, new Metadata());
            }
        } catch (IllegalStateException e) {
            // The library closed it at the same moment: nothing is left to do.
            return;
        }
    }

    private void forget(GrpcStream stream) {
        streams.remove(stream);
        stream.release();
    }

    private void cutTheGone() {
        for (GrpcStream stream : List.copyOf(streams)) {
            loop.proxies()
                    .refusal(stream.peer())
                    .ifPresent(refusal -> {
                        forget(stream);
                        stream.end(Status.UNAVAILABLE.withDescription(refusal.text()));
                    });
        }
    }
}
