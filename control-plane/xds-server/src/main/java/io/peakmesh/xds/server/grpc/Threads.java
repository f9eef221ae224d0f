package io.peakmesh.xds.server.grpc;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The pools of this room: fixed sizes, bounded queues, daemon threads with names. */
public final class Threads {
    private Threads() {}

    public static ThreadFactory named(String name) {
        return Thread.ofPlatform().daemon().name(name + "-", 0).factory();
    }

    /** Rejects what exceeds {@code queue} waiting tasks; one that is not used takes no memory. */
    public static ThreadPoolExecutor pool(String name, int threads, int queue) {
        return new ThreadPoolExecutor(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(queue),
                named(name));
    }
}
