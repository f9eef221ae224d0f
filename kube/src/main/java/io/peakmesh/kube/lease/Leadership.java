package io.peakmesh.kube.lease;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.peakmesh.kube.connect.Api;
import io.peakmesh.kube.connect.ApiException;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One leader among the replicas, by a coordination.k8s.io/v1 Lease. The leader renews it every two
 * seconds and stops acting ten seconds after the last renewal that it sent and that was confirmed,
 * whether or not the API server answers; another takes a lease that it has seen unchanged for
 * fifteen. So there are never two, as long as no clock runs half as fast again as another's. While
 * the API server is away there is none; when it is back they take part again.
 *
 * <p>The client library's own elector is not used: it compares the time written by another replica
 * with its own clock, so clocks that differ by more than the lease make two leaders.
 */
public final class Leadership implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
    private static final Duration CALLBACK_PATIENCE = Duration.ofSeconds(8);

    private final LeaseRecord lease;
    private final LongSupplier nanos;
    private final Claim claim;
    private final ReentrantLock lock = new ReentrantLock();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final ExecutorService callbacks =
            Executors.newSingleThreadExecutor(
                    Thread.ofVirtual().name("leadership-callback").factory());
    private @Nullable Thread thread;
    private Runnable onElected = () -> {};
    private Runnable onLost = () -> {};
    private boolean told;
    private String trouble = "";

    /**
     * @param identity the replica's name, as in its pod's
     * @param time what is written into the lease, for people
     * @param nanos a monotonic clock, {@code System::nanoTime}
     */
    public Leadership(
            KubernetesClient client,
            String namespace,
            String name,
            String identity,
            InstantSource time,
            LongSupplier nanos) {
        this.lease = new LeaseRecord(new Api(client), namespace, name, identity, time);
        this.nanos = nanos;
        this.claim = new Claim(identity, LeaseRecord.DEADLINE);
    }

    /**
     * Takes part from now on. The two are called by turns and never at once, on a thread of their
     * own; {@code onLost} must end all that only a leader does, within seconds.
     */
    public void start(Runnable elected, Runnable lost) {
        lock.lock();
        try {
            if (thread != null) {
                throw new IllegalStateException("started before");
            }
            onElected = elected;
            onLost = lost;
            thread = Thread.ofPlatform().name("leadership").daemon().start(this::run);
        } finally {
            lock.unlock();
        }
    }

    /** Whether this replica may act as the leader at this moment; ask before each write. */
    public boolean leader() {
        lock.lock();
        try {
            return claim.leads(nanos.getAsLong()) && closing.getCount() > 0;
        } finally {
            lock.unlock();
        }
    }

    /** Ends what the leader does and gives the lease up, so that the next takes it at once. */
    @Override
    public void close() {
        closing.countDown();
        Thread running;
        lock.lock();
        try {
            running = thread;
        } finally {
            lock.unlock();
        }
        if (running == null) {
            callbacks.shutdown();
            return;
        }
        try {
            running.join(CALLBACK_PATIENCE.plus(LeaseRecord.DEADLINE));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            Duration rest = Duration.ZERO;
            while (!closing.await(rest.toMillis(), TimeUnit.MILLISECONDS)) {
                look();
                tell(leader());
                rest = rest();
            }
            boolean mine = leads();
            // Before the lease is free nothing of ours may still be writing.
            if (tell(false) && mine) {
                lease.release();
                LOG.info("event=leader-gave-up identity={}", lease.identity());
            }
        } catch (InterruptedException stop) {
            tell(false);
        } catch (IOException away) {
            LOG.info("event=lease-not-given-up reason=\"{}\"", away.getMessage());
        } finally {
            callbacks.shutdown();
        }
    }

    private boolean leads() {
        lock.lock();
        try {
            return claim.leads(nanos.getAsLong());
        } finally {
            lock.unlock();
        }
    }

    /** Until the next renewal is due or the leadership ends, whichever is first. */
    private Duration rest() {
        lock.lock();
        try {
            Duration left = claim.left(nanos.getAsLong());
            return left.isPositive() && left.compareTo(LeaseRecord.RETRY) < 0
                    ? left
                    : LeaseRecord.RETRY;
        } finally {
            lock.unlock();
        }
    }

    private void look() {
        try {
            Claim.Move move = seen(lease.read(patience()));
            if (move == Claim.Move.WRITE) {
                write();
            }
            trouble("");
        } catch (IOException away) {
            trouble(String.valueOf(away.getMessage()));
        }
    }

    private Claim.Move seen(Claim.Seen record) {
        lock.lock();
        try {
            return claim.saw(record, nanos.getAsLong());
        } finally {
            lock.unlock();
        }
    }

    private void write() throws IOException {
        String renewed = lease.now();
        long sent = nanos.getAsLong();
        lock.lock();
        try {
            claim.writing(renewed);
        } finally {
            lock.unlock();
        }
        boolean done;
        try {
            done = lease.write(renewed, patience());
        } catch (ApiException refused) {
            refused(renewed);
            throw refused;
        }
        if (!done) {
            refused(renewed);
            return;
        }
        lock.lock();
        try {
            claim.wrote(renewed, sent);
        } finally {
            lock.unlock();
        }
    }

    private void refused(String renewed) {
        lock.lock();
        try {
            claim.refused(renewed);
        } finally {
            lock.unlock();
        }
    }

    /** A leader waits for an answer no longer than it may lead, so that it is in time to stop. */
    private Duration patience() {
        lock.lock();
        try {
            Duration left = claim.left(nanos.getAsLong());
            return left.isPositive() && left.compareTo(LeaseRecord.PATIENCE) < 0
                    ? left.plusMillis(1)
                    : LeaseRecord.PATIENCE;
        } finally {
            lock.unlock();
        }
    }

    private void trouble(String now) {
        if (!now.equals(trouble)) {
            trouble = now;
            if (now.isEmpty()) {
                LOG.info("event=lease-reached");
            } else {
                LOG.warn("event=lease-not-reached reason=\"{}\"", now);
            }
        }
    }

    /** Calls back if it has changed; false if losing it was not done in time. */
    private boolean tell(boolean leads) {
        if (leads == told) {
            return true;
        }
        told = leads;
        LOG.info("event={} identity={}", leads ? "leader" : "not-leader", lease.identity());
        Future<?> call = callbacks.submit(leads ? onElected : onLost);
        if (leads) {
            return true;
        }
        try {
            call.get(CALLBACK_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException failed) {
            LOG.warn("event=leader-did-not-stop reason=\"{}\"", failed.toString());
            return false;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
