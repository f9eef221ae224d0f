package io.peakmesh.xds.server.grpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.peakmesh.xds.server.delta.Effect;
import io.peakmesh.xds.server.delta.Event;
import io.peakmesh.xds.server.delta.Request;
import io.peakmesh.xds.server.delta.Response;
import io.peakmesh.xds.server.peer.Peer;
import io.peakmesh.xds.server.peer.SecretSource.Secret;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call: its requests go to the loop one at a time, its effects come back from there. All use of
 * the {@link ServerCall} is on one serial executor, as gRPC demands.
 */
final class DeltaCall extends ServerCall.Listener<Request> implements ControlLoop.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(DeltaCall.class);

    private record Opened(long id, Peer peer) {}

    private final DeltaCalls calls;
    private final ServerCall<Request, Response> call;
    private final Executor serial;
    private volatile @Nullable Opened opened;
    private volatile boolean ended;

    DeltaCall(DeltaCalls calls, ServerCall<Request, Response> call, Executor serial) {
        this.calls = calls;
        this.call = call;
        this.serial = serial;
    }

    void authenticated(Peer peer) {
        if (ended) {
            return;
        }
        serial.execute(() -> {
            if (!call.isCancelled()) {
                call.sendHeaders(new Metadata());
            }
        });
        Opened stream = new Opened(calls.loop().nextId(), peer);
        opened = stream;
        calls.loop().open(stream.id(), peer, this);
        // The call may have been cancelled between the check above and now.
        calls.loop().execute(this::cancelIfEnded);
    }

    private void cancelIfEnded() {
        Opened stream = opened;
        if (ended && stream != null) {
            calls.loop().closed(stream.id());
        }
    }

    @Override
    public void onMessage(Request request) {
        Opened stream = opened;
        if (stream != null) {
            calls.loop()
                    .step(
                            stream.id(),
                            () -> {
                                serial.execute(this::next);
                                return new Event.Asked(request);
                            });
        }
    }

    private void next() {
        if (!ended && !call.isCancelled()) {
            call.request(1);
        }
    }

    @Override
    public void onReady() {
        checkReady();
    }

    /** The loop looks for itself, so that an old answer cannot overtake a newer one. */
    private void checkReady() {
        Opened stream = opened;
        if (stream != null) {
            calls.loop().step(stream.id(), () -> new Event.Writable(call.isReady()));
        }
    }

    @Override
    public void onHalfClose() {
        leave();
        serial.execute(() -> close(Status.OK));
    }

    @Override
    public void onCancel() {
        leave();
    }

    private void leave() {
        ended = true;
        calls.loop().execute(this::cancelIfEnded);
    }

    @Override
    public void effect(Effect effect) {
        switch (effect) {
            case Effect.Admit _ -> serial.execute(this::next);
            case Effect.Send(Response response) -> {
                calls.count(response);
                serial.execute(() -> send(response));
            }
            case Effect.AskSecret(String name, String held) -> ask(name, held);
            case Effect.Rejected rejected -> {
                Opened stream = opened;
                if (stream != null) {
                    calls.rejections().rejected(stream.peer(), rejected);
                }
            }
            case Effect.ModuleRefused(String text) ->
                    LOG.warn("xds module refused: workload={} text=\"{}\"", who(), text);
            case Effect.Ignored(String typeUrl) ->
                    LOG.info("xds type ignored: workload={} type=\"{}\"", who(), typeUrl);
            case Effect.Close(Effect.Reason reason, String text) -> {
                ended = true;
                Status status = status(reason).withDescription(text);
                if (reason == Effect.Reason.NOT_ITS_NODE
                        || reason == Effect.Reason.UNKNOWN_WORKLOAD) {
                    calls.admittance().refused(who(), text);
                }
                serial.execute(() -> close(status));
            }
        }
    }

    private String who() {
        Opened stream = opened;
        return stream == null ? "?" : stream.peer().workload().toString();
    }

    private void send(Response response) {
        if (ended || call.isCancelled()) {
            return;
        }
        call.sendMessage(response);
        if (!call.isReady()) {
            checkReady();
        }
    }

    private void ask(String name, String held) {
        Opened stream = opened;
        if (stream == null) {
            return;
        }
        try {
            calls.edge().execute(() -> answer(stream, name, held));
        } catch (RejectedExecutionException e) {
            calls.loop().step(stream.id(), () -> new Event.SecretFailed(name));
        }
    }

    private void answer(Opened stream, String name, String held) {
        try {
            Optional<Secret> secret = calls.secrets().secret(stream.peer(), name, held);
            calls.loop().step(stream.id(), () -> new Event.SecretReady(name, secret));
        } catch (RuntimeException e) {
            LOG.error("no secret: workload={} name={}", stream.peer().workload(), name, e);
            calls.loop().step(stream.id(), () -> new Event.SecretFailed(name));
        }
    }

    private void close(Status status) {
        if (!call.isCancelled()) {
            call.close(status, new Metadata());
        }
    }

    private static Status status(Effect.Reason reason) {
        return switch (reason) {
            case UNKNOWN_WORKLOAD, DRAINING -> Status.UNAVAILABLE;
            case NOT_ITS_NODE -> Status.PERMISSION_DENIED;
            case REPLACED -> Status.ABORTED;
            case ACK_OVERDUE -> Status.DEADLINE_EXCEEDED;
            case TOO_MUCH -> Status.RESOURCE_EXHAUSTED;
            case FAILED -> Status.INTERNAL;
        };
    }
}
