package io.peakmesh.benchmarks.fanout;

import io.peakmesh.benchmarks.run.Child;
import java.io.IOException;
import java.util.List;

/** A server under test, with its process. */
interface Server extends AutoCloseable {
    /**
     * One change.
     *
     * @param service whose endpoints change
     * @param recipients the streams that get it
     */
    record Change(int service, List<Integer> recipients) {
        public Change {
            recipients = List.copyOf(recipients);
        }
    }

    Child child();

    Fleet.Target target();

    Fleet.Role role(int stream);

    /** What change number {@code number} of a run is; 0, 1, 2… */
    Change change(int number);

    /**
     * Makes that change, and returns the nanosecond at which it was made.
     *
     * @see Fanout what counts as the moment
     */
    long apply(int number) throws IOException;

    @Override
    void close() throws IOException;
}
