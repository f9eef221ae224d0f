package io.peakmesh.cli.run;

import io.peakmesh.model.Invalid;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.Settings;
import io.peakmesh.smi.index.Index;
import io.peakmesh.smi.object.ObjectEvent;
import io.peakmesh.xds.server.XdsServer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that turns events into the next mesh and publishes it: everything that has come in
 * meanwhile becomes one mesh. A source that is faster waits.
 */
final class MeshLoop {
    private static final Logger LOG = LoggerFactory.getLogger(MeshLoop.class);
    private static final int BATCHES = 256;
    private static final long TICK_MILLIS = 1_000;

    private final BlockingQueue<List<ObjectEvent>> events = new ArrayBlockingQueue<>(BATCHES);
    private final Index index;
    private final XdsServer server;
    private final Home home;
    private final InstantSource clock;
    private final Thread thread;
    private volatile Mesh mesh;
    private Set<Invalid> reported = new HashSet<>();

    MeshLoop(Settings settings, XdsServer server, Home home, InstantSource clock) {
        this.index = new Index(settings);
        this.mesh = index.mesh();
        this.server = server;
        this.home = home;
        this.clock = clock;
        this.thread = Thread.ofPlatform().name("mesh").unstarted(this::run);
    }

    /** Hands events over, in order; waits while too many are pending. */
    void offer(List<ObjectEvent> batch) {
        try {
            events.put(batch);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The newest mesh. */
    Mesh mesh() {
        return mesh;
    }

    /** Publishes what has come in so far, then starts the thread. */
    void start() {
        List<List<ObjectEvent>> first = new ArrayList<>();
        events.drainTo(first);
        take(first);
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                List<List<ObjectEvent>> batches = new ArrayList<>();
                List<ObjectEvent> next = events.poll(TICK_MILLIS, TimeUnit.MILLISECONDS);
                if (next != null) {
                    batches.add(next);
                    events.drainTo(batches);
                }
                take(batches);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(List<List<ObjectEvent>> batches) {
        try {
            if (batches.isEmpty() && mesh.generation() != 0) {
                home.tick(mesh, clock.instant());
            } else {
                Mesh next = index.apply(batches.stream().flatMap(List::stream).toList());
                home.meshChanged(next, index.takeJudgements(), clock.instant());
                mesh = next;
                server.publish(next);
                report(next);
            }
        } catch (RuntimeException bug) {
            LOG.error("mesh not updated; the last one stays served", bug);
        }
    }

    private void report(Mesh next) {
        Set<Invalid> current = new HashSet<>(next.problems());
        for (Invalid problem : next.problems()) {
            if (!reported.contains(problem)) {
                switch (problem.severity()) {
                    case ERROR -> LOG.warn("refused: {}", problem);
                    case WARNING -> LOG.warn("remark: {}", problem);
                }
            }
        }
        reported = current;
    }

    void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
