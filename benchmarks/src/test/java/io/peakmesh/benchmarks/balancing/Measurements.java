package io.peakmesh.benchmarks.balancing;

import java.util.stream.LongStream;

/** Measurements made up for tests. */
final class Measurements {
    private Measurements() {}

    /** One request each 10 ms of so many seconds, none of which has ended. */
    static Measurement of(int seconds) {
        return new Measurement(
                LongStream.range(0, seconds * 100L).map(i -> i * 10_000_000).toArray());
    }

    static void end(Measurement measurement, int request, double millis, int status, int backend) {
        measurement.end(
                request, measurement.scheduled(request) + (long) (millis * 1e6), status, backend);
    }

    /** All answered, by three backends in turn, after so many milliseconds. */
    static Measurement answered(int seconds, double millis) {
        Measurement measurement = of(seconds);
        for (int i = 0; i < measurement.size(); i++) {
            end(measurement, i, millis, 200, i % 3);
        }
        return measurement;
    }
}
