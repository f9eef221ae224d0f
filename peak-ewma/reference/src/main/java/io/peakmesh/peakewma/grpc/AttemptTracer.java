package io.peakmesh.peakewma.grpc;

import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;
import io.peakmesh.peakewma.Endpoint;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of one call, told as one event of the algorithm. The round-trip time is that to the
 * response headers, but it counts only with the first message or the end: a server may send headers
 * and then an error, which is no answer to learn a time from.
 */
final class AttemptTracer extends ClientStreamTracer {
    private static final Set<Status.Code> ERRORS =
            EnumSet.of(
                    Status.Code.UNKNOWN,
                    Status.Code.DEADLINE_EXCEEDED,
                    Status.Code.RESOURCE_EXHAUSTED,
                    Status.Code.INTERNAL,
                    Status.Code.UNAVAILABLE,
                    Status.Code.DATA_LOSS);
    private static final long NONE = -1;

    private final Endpoint endpoint;
    private final Uptime uptime;
    private final long start;
    private final Runnable done;
    private long rtt = NONE;
    private boolean answered;
    private @Nullable Metadata trailers;

    AttemptTracer(Endpoint endpoint, Uptime uptime, long start, Runnable done) {
        this.endpoint = endpoint;
        this.uptime = uptime;
        this.start = start;
        this.done = done;
    }

    @Override
    public synchronized void inboundHeaders() {
        rtt = uptime.nanos() - start;
        endpoint.sign();
    }

    @Override
    public synchronized void inboundMessage(int number) {
        endpoint.sign();
        answer(uptime.nanos());
    }

    @Override
    public synchronized void inboundTrailers(Metadata newTrailers) {
        trailers = newTrailers;
    }

    @Override
    public synchronized void streamClosed(Status status) {
        long now = uptime.nanos();
        boolean error = ERRORS.contains(status.getCode());
        if (trailers != null) {
            if (error) {
                endpoint.error(now, RetryAfter.nanos(trailers));
            } else {
                answer(now);
            }
        } else if (rtt != NONE) {
            // cut off after its first bytes: by this client's deadline or wish, or by a lost
            // connection
            if (error && status.getCode() != Status.Code.DEADLINE_EXCEEDED) {
                endpoint.error(now, 0);
            } else {
                answer(now);
            }
        } else if (error) {
            endpoint.failed(now);
        } else {
            endpoint.slow(now, now - start);
        }
        done.run();
    }

    private void answer(long now) {
        if (!answered) {
            answered = true;
            endpoint.answered(now, rtt == NONE ? now - start : rtt);
        }
    }
}
