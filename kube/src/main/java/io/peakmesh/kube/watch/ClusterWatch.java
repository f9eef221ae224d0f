package io.peakmesh.kube.watch;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.peakmesh.kube.watch.WatchStatus.KindStatus;
import io.peakmesh.smi.object.ObjectEvent;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the objects of a cluster and says what became of them, as {@code YamlFolder} does for a
 * folder: Namespaces, Nodes, Services, Pods, EndpointSlices, and the SMI kinds in the version they
 * are stored in.
 *
 * <p>While the API server is away everything stays in force as it was; {@link #status()} says since
 * when. An object that can no longer be used stays as it was and is reported in {@link
 * ObjectEvent.Unreadable}, whose origin is like {@code Pod shop/web-1}. A kind whose
 * CustomResourceDefinition is missing has no objects, and is looked for again. A kind that may not
 * be read stops no other.
 *
 * <p>The lists and watches are its own, on the client's HTTP layer. An informer would do the same
 * turns, but hands over objects that Jackson has bound to a class: it keeps neither fields out on
 * the wire, nor does it hand over a list as one, tell a kind that is absent from one that cannot be
 * reached, or notice a connection on which nothing comes any more.
 */
public final class ClusterWatch implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterWatch.class);

    /**
     * How patient the watch is.
     *
     * @param start how long the first complete state may take
     * @param answer how long the API server may take to begin an answer, and may pause in a list
     * @param silence how long a watch may say nothing, bookmarks included (the API server sends one
     *     about every minute), until it is ended and everything is listed again
     * @param longestWatch how long a watch is asked to last, at least; at most it is twice as long
     * @param slowestRetry the longest wait between two attempts
     * @param absentRetry the wait until an absent or forbidden kind is looked for again
     * @param page how many objects a page of a list may have
     */
    public record Options(
            Duration start,
            Duration answer,
            Duration silence,
            Duration longestWatch,
            Duration slowestRetry,
            Duration absentRetry,
            int page) {
        public static Options byDefault() {
            return new Options(
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(100),
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(3),
                    500);
        }

        /** These, with another limit for the first complete state. */
        public Options withStart(Duration limit) {
            return new Options(
                    limit, answer, silence, longestWatch, slowestRetry, absentRetry, page);
        }
    }

    private final Api api;
    private final Consumer<List<ObjectEvent>> sink;
    private final Outbox outbox = new Outbox();
    private final List<Progress> progress = new ArrayList<>();
    private final List<KindWatch> watches = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch synced = new CountDownLatch(WatchedKind.ALL.size());
    private final Thread delivery;

    private ClusterWatch(
            KubernetesClient client,
            InstantSource clock,
            Consumer<List<ObjectEvent>> sink,
            Options options) {
        this.api = new Api(client.getConfiguration(), options.answer());
        this.sink = sink;
        this.delivery =
                Thread.ofPlatform().name("cluster-watch").daemon(true).unstarted(this::deliver);
        SplittableRandom random = new SplittableRandom();
        for (WatchedKind kind : WatchedKind.ALL) {
            Progress told = new Progress(kind, clock);
            KindWatch watch =
                    new KindWatch(kind, api, outbox, told, synced, random.split(), options);
            progress.add(told);
            watches.add(watch);
            threads.add(Thread.ofVirtual().name(kind.threadName()).unstarted(watch));
        }
    }

    /**
     * Starts all watches and hands the first complete state to {@code sink} as one batch before it
     * returns; later batches come one at a time from a thread of its own, in order for each object.
     * The sink may block: what happens meanwhile is merged, for each object the newest state. An
     * exception of the sink is logged there and stops nothing.
     *
     * @param client whose configuration and credentials are used; it is not closed
     * @param clock for {@link #status()} alone
     * @throws UncheckedIOException if a kind could not be read within {@link Options#start()}, with
     *     the kinds and reasons in its message, or if the thread was interrupted
     */
    public static ClusterWatch open(
            KubernetesClient client,
            InstantSource clock,
            Consumer<List<ObjectEvent>> sink,
            Options options) {
        ClusterWatch watch = new ClusterWatch(client, clock, sink, options);
        boolean opened = false;
        try {
            watch.start(options.start());
            opened = true;
        } finally {
            if (!opened) {
                watch.close();
            }
        }
        return watch;
    }

    private void start(Duration limit) {
        threads.forEach(Thread::start);
        try {
            if (!synced.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                throw unread(limit);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(
                    "interrupted while the cluster was read", new IOException(stop));
        }
        sink.accept(outbox.poll());
        delivery.start();
    }

    private UncheckedIOException unread(Duration limit) {
        String kinds =
                status().kinds().stream()
                        .filter(kind -> !kind.synced())
                        .map(ClusterWatch::unread)
                        .collect(Collectors.joining("; "));
        String message = "the cluster could not be read in " + limit.toSeconds() + " s: " + kinds;
        return new UncheckedIOException(message, new IOException(message));
    }

    private static String unread(KindStatus kind) {
        String reason = kind.trouble().isEmpty() ? "no complete list yet" : kind.trouble();
        return kind.kind() + ": " + reason;
    }

    private void deliver() {
        try {
            List<ObjectEvent> events = outbox.take();
            while (!events.isEmpty()) {
                try {
                    sink.accept(events);
                } catch (RuntimeException bug) {
                    LOG.error("event=cluster-batch-failed events={}", events.size(), bug);
                }
                events = outbox.take();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** How well each kind is seen now. */
    public WatchStatus status() {
        return new WatchStatus(progress.stream().map(Progress::status).toList());
    }

    /**
     * Ends all watches; no batch comes after it returns, unless it is called by the sink itself.
     */
    @Override
    public void close() {
        watches.forEach(KindWatch::stop);
        threads.forEach(Thread::interrupt);
        outbox.close();
        boolean interrupted = false;
        for (Thread thread : threads) {
            interrupted |= join(thread);
        }
        if (Thread.currentThread() != delivery) {
            interrupted |= join(delivery);
        }
        api.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for its end, whatever happens; returns whether this thread was interrupted. */
    private static boolean join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        return interrupted;
    }
}
