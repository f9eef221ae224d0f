package io.peakmesh.cli.cluster;

import io.peakmesh.kube.progress.ReplicaProgress.Entry;
import io.peakmesh.smi.object.ObjectKey;
import io.peakmesh.smi.status.Judgement;
import io.peakmesh.smi.status.JudgementChange;
import io.peakmesh.smi.status.Notice;
import java.io.Closeable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what became of each SMI object into its status and events, on the leader alone. Every
 * replica keeps the book, so that a new leader knows at once what is to be written; those that do
 * not lead tell how far their own proxies are.
 */
final class StatusLoop implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(StatusLoop.class);
    private static final long TICK_MILLIS = 500;

    /** As the book asks for it. */
    interface Progress extends StatusBook.Progress {
        /** Moves whenever an answer may have changed. */
        long changes();

        /** Whether enough is known to write it. */
        default boolean known() {
            return true;
        }
    }

    /** Where it goes: the last to the leader, from those that are not. */
    interface Sink {
        void status(StatusBook.Due due);

        void events(List<Notice> notices);

        /** These objects are no more. */
        void gone(Set<ObjectKey> objects);

        /** False if it was not taken and is to be given again. */
        boolean share(Map<ObjectKey, Entry> progress);
    }

    private final InstantSource clock;
    private final Progress own;
    private final Progress progress;
    private final Sink sink;
    private final StatusBook book = new StatusBook();

    /** Of several of one object the newest: no more than there are objects. */
    private final Map<ObjectKey, JudgementChange> incoming = new LinkedHashMap<>();

    private final Semaphore work = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;
    private boolean leads;
    private boolean elected;
    private long progressSeen = -1;
    private long ownSeen = -1;
    private boolean toShare;
    private Instant sharedAt = Instant.MIN;

    /**
     * @param own of this replica's proxies
     * @param progress of all
     */
    StatusLoop(InstantSource clock, Progress own, Progress progress, Sink sink) {
        this.clock = clock;
        this.own = own;
        this.progress = progress;
        this.sink = sink;
        this.thread = Thread.ofPlatform().name("status").daemon(true).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Hands over what the index found; never waits. */
    void take(List<JudgementChange> changes) {
        synchronized (this) {
            for (JudgementChange change : changes) {
                ObjectKey key = key(change);
                incoming.remove(key);
                incoming.put(key, change);
            }
        }
        work.release();
    }

    private static ObjectKey key(JudgementChange change) {
        return switch (change) {
            case JudgementChange.Judged(Judgement judgement) -> judgement.object();
            case JudgementChange.Gone(ObjectKey object) -> object;
        };
    }

    void lead(boolean now) {
        synchronized (this) {
            elected = now && !leads;
            leads = now;
        }
        work.release();
    }

    private void run() {
        try {
            while (true) {
                round();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void round() throws InterruptedException {
        if (work.tryAcquire(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
            work.drainPermits();
        }
        List<JudgementChange> changes;
        boolean first;
        boolean writes;
        synchronized (this) {
            changes = List.copyOf(incoming.values());
            incoming.clear();
            first = elected;
            elected = false;
            writes = leads;
        }
        try {
            book.take(changes);
            Set<ObjectKey> gone = gone(changes);
            if (!gone.isEmpty()) {
                sink.gone(gone);
            }
            if (first) {
                book.elected();
            }
            // One that leads no more has everything to tell.
            toShare |= !changes.isEmpty() || writes;
            if (!writes) {
                share();
            } else if (progress.known()) {
                write();
            }
        } catch (RuntimeException bug) {
            // Who is asked in the midst of the end cannot answer.
            if (!closed) {
                LOG.error("status not brought up to date", bug);
            }
        }
    }

    private static Set<ObjectKey> gone(List<JudgementChange> changes) {
        Set<ObjectKey> gone = new HashSet<>();
        for (JudgementChange change : changes) {
            if (change instanceof JudgementChange.Gone(ObjectKey object)) {
                gone.add(object);
            }
        }
        return gone;
    }

    private void share() {
        long seen = own.changes();
        toShare |= seen != ownSeen;
        ownSeen = seen;
        Instant now = clock.instant();
        // A clock that is set back does not silence it.
        Duration since = Duration.between(sharedAt, now).abs();
        if (toShare && since.compareTo(StatusBook.PATIENCE) >= 0) {
            sharedAt = now;
            toShare = !sink.share(book.progress(own));
        }
    }

    private void write() {
        long seen = progress.changes();
        if (seen != progressSeen) {
            progressSeen = seen;
            book.progressMoved();
        }
        List<Notice> notices = new ArrayList<>();
        book.due(clock.instant(), progress, notices).forEach(sink::status);
        if (!notices.isEmpty()) {
            sink.events(notices);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
