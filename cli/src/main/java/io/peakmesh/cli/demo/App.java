package io.peakmesh.cli.demo;

import java.io.Closeable;
import java.time.Duration;

/** A running instance of one of the shop's apps; closing it is its crash. */
interface App extends Closeable {
    /** Tells callers that it is going, and goes on answering them. */
    default void leave() {}

    /** Takes no more calls, finishes those that run, for at most so long, and closes. */
    void drain(Duration limit) throws InterruptedException;

    @Override
    void close();
}
