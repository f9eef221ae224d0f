package io.peakmesh.xds.server.sotw;

import io.grpc.ServerCall;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for a call's listener until it is known who calls. No message comes before that, as
 * none was asked for; that the call was cancelled is remembered.
 */
final class LateListener<T> extends ServerCall.Listener<T> {
    private ServerCall.@Nullable Listener<T> real;
    private @Nullable Runnable onEnd;
    private boolean cancelled;
    private boolean ready;

    /**
     * Starts the call, which lets its first message come: that waits here until the listener is
     * known. {@code whenOver} is called once the call is over.
     */
    synchronized void become(Supplier<ServerCall.Listener<T>> start, Runnable whenOver) {
        ServerCall.Listener<T> listener = start.get();
        real = listener;
        onEnd = whenOver;
        if (cancelled) {
            cancel();
        } else if (ready) {
            listener.onReady();
        }
    }

    /** Ends the call from this side as if its client had gone. */
    synchronized void cancel() {
        cancelled = true;
        if (real != null) {
            real.onCancel();
            end();
        }
    }

    private void end() {
        if (onEnd != null) {
            onEnd.run();
            onEnd = null;
        }
    }

    @Override
    public synchronized void onMessage(T message) {
        if (real != null && !cancelled) {
            real.onMessage(message);
        }
    }

    @Override
    public synchronized void onHalfClose() {
        if (real != null && !cancelled) {
            real.onHalfClose();
        }
    }

    @Override
    public synchronized void onCancel() {
        if (!cancelled) {
            cancel();
        }
    }

    @Override
    public synchronized void onComplete() {
        if (real != null) {
            real.onComplete();
            end();
        }
    }

    @Override
    public synchronized void onReady() {
        ready = true;
        if (real != null && !cancelled) {
            real.onReady();
        }
    }
}
