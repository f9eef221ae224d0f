package io.peakmesh.xds.server.grpc;

import io.peakmesh.model.Mesh;
import io.peakmesh.xds.server.delta.Effect;
import io.peakmesh.xds.server.delta.Event;
import io.peakmesh.xds.server.delta.Proxies;
import io.peakmesh.xds.server.delta.Proxies.Out;
import io.peakmesh.xds.server.peer.Peer;
import io.peakmesh.xds.server.snapshot.ResourceGraph;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns the graph and all streams. What comes from outside waits here in order;
 * the queue is bounded because each stream has at most one request under way and only the newest
 * mesh is kept.
 */
public final class ControlLoop implements AutoCloseable {
    /** Where a stream's effects go; called on the loop, must not block. */
    public interface Sink {
        void effect(Effect effect);
    }

    private static final Logger LOG = LoggerFactory.getLogger(ControlLoop.class);
    private static final long TICK_MILLIS = 500;
    private static final long ANSWER_SECONDS = 10;

    private final ResourceGraph graph;
    private final Proxies proxies;
    private final InstantSource clock;
    private final ScheduledThreadPoolExecutor thread =
            new ScheduledThreadPoolExecutor(1, Threads.named("xds-loop"));
    private final AtomicReference<@Nullable Mesh> next = new AtomicReference<>();
    private final AtomicLong ids = new AtomicLong();
    private final List<Runnable> published = new ArrayList<>();
    private final List<Runnable> ticked = new ArrayList<>();
    private final Map<Long, Sink> sinks = new HashMap<>();

    public ControlLoop(ResourceGraph graph, Proxies proxies, InstantSource clock) {
        this.graph = graph;
        this.proxies = proxies;
        this.clock = clock;
        thread.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    public void start() {
        var _ =
                thread.scheduleWithFixedDelay(
                        () -> {
                            guarded(() -> deliver(proxies.tick(clock.instant())));
                            ticked.forEach(ControlLoop::guarded);
                        },
                        TICK_MILLIS,
                        TICK_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    /** Takes the newest mesh; one that was not looked at yet is skipped. */
    public void publish(Mesh mesh) {
        if (next.getAndSet(mesh) == null) {
            execute(() -> {
                Mesh newest = next.getAndSet(null);
                if (newest != null) {
                    deliver(proxies.publish(newest, clock.instant()));
                    published.forEach(ControlLoop::guarded);
                }
            });
        }
    }

    /** Runs this on the loop after every publication; to be called before {@link #start}. */
    public void afterPublish(Runnable task) {
        published.add(task);
    }

    /** Runs this on the loop about twice a second; to be called before {@link #start}. */
    public void onTick(Runnable task) {
        ticked.add(task);
    }

    /** A new stream's number. */
    long nextId() {
        return ids.incrementAndGet();
    }

    /** Opens a stream for a peer that was authenticated. */
    void open(long id, Peer peer, Sink sink) {
        execute(() -> {
            sinks.put(id, sink);
            deliver(proxies.open(id, peer, clock.instant()));
        });
    }

    void step(long id, Supplier<Event> event) {
        execute(() -> stepNow(id, event.get()));
    }

    private void stepNow(long id, Event event) {
        try {
            deliver(proxies.step(id, event, clock.instant()));
        } catch (RuntimeException e) {
            LOG.error("xds stream failed: stream={}", id, e);
            Sink sink = sinks.get(id);
            closedNow(id);
            if (sink != null) {
                sink.effect(new Effect.Close(Effect.Reason.FAILED, "internal error"));
            }
        }
    }

    void closed(long id) {
        execute(() -> closedNow(id));
    }

    private void closedNow(long id) {
        sinks.remove(id);
        deliver(proxies.closed(id, clock.instant()));
    }

    /** Ends a stream from this side, in so many milliseconds. */
    public void endLater(long id, Effect.Reason reason, String text, long delayMillis) {
        var _ =
                thread.schedule(
                        () -> guarded(() -> deliver(proxies.end(id, reason, text))),
                        delayMillis,
                        TimeUnit.MILLISECONDS);
    }

    public void secretsChanged() {
        execute(() -> deliver(proxies.secretsChanged(clock.instant())));
    }

    /** Runs something on the loop; dropped once the loop is closed. */
    public void execute(Runnable task) {
        try {
            thread.execute(() -> guarded(task));
        } catch (RejectedExecutionException e) {
            LOG.debug("the loop is closed");
        }
    }

    /** Asks the loop, and waits for its answer: for people and tests, at most ten seconds. */
    public <T> T ask(Supplier<T> question) {
        try {
            return thread.submit(question::get).get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking the xDS loop", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the xDS loop does not answer", e);
        }
    }

    public ResourceGraph graph() {
        return graph;
    }

    public Proxies proxies() {
        return proxies;
    }

    private void deliver(List<Out> outs) {
        for (Out out : outs) {
            boolean last = out.effect() instanceof Effect.Close;
            Sink sink = last ? sinks.remove(out.stream()) : sinks.get(out.stream());
            if (sink != null) {
                sink.effect(out.effect());
            }
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("xds loop: a task failed", e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
