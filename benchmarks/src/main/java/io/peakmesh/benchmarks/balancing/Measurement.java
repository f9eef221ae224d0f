package io.peakmesh.benchmarks.balancing;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;

/** What became of each request of one measurement, by number. Not for two threads that write. */
final class Measurement {
    /** The backend of a request that none answered. */
    static final int NONE = -1;

    private final long[] scheduled;
    private final long[] latency;
    private final int[] status;
    private final int[] backend;

    /**
     * Nothing has ended yet.
     *
     * @param moments when each is to be sent, nanoseconds from the start, rising
     */
    Measurement(long[] moments) {
        scheduled = moments.clone();
        latency = new long[moments.length];
        status = new int[moments.length];
        backend = new int[moments.length];
        Arrays.fill(backend, NONE);
    }

    int size() {
        return scheduled.length;
    }

    /** Nanoseconds from the start. */
    long scheduled(int request) {
        return scheduled[request];
    }

    /** From that moment until the answer or the failure, in nanoseconds; 0 before either. */
    long latency(int request) {
        return latency[request];
    }

    /** The HTTP status; 0 if there was no answer. */
    int status(int request) {
        return status[request];
    }

    /** The number of the backend that answered, or {@link #NONE}. */
    int backend(int request) {
        return backend[request];
    }

    /**
     * @param at nanoseconds from the start
     */
    void end(int request, long at, int withStatus, int fromBackend) {
        latency[request] = at - scheduled[request];
        status[request] = withStatus;
        backend[request] = fromBackend;
    }

    /** The latency of all requests, of failed ones until they failed. */
    double[] millis() {
        return IntStream.range(0, size()).mapToDouble(i -> latency[i] / 1e6).toArray();
    }

    void write(Path file) throws IOException {
        try (DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            out.writeInt(size());
            for (long moment : scheduled) {
                out.writeLong(moment);
            }
            for (int i = 0; i < size(); i++) {
                out.writeLong(latency[i]);
                out.writeInt(status[i]);
                out.writeInt(backend[i]);
            }
        }
    }

    static Measurement read(Path file) throws IOException {
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            long[] moments = new long[in.readInt()];
            for (int i = 0; i < moments.length; i++) {
                moments[i] = in.readLong();
            }
            Measurement read = new Measurement(moments);
            for (int i = 0; i < moments.length; i++) {
                read.latency[i] = in.readLong();
                read.status[i] = in.readInt();
                read.backend[i] = in.readInt();
            }
            return read;
        }
    }
}
