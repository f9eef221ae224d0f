package io.peakmesh.benchmarks.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real client against the real floor server, over TLS. */
class FloorServerTest {
    private static final String NAME = "xds.cluster.local";
    private static final int STREAMS = 5;

    private final Uses uses = Uses.of(new Plan(STREAMS, 3, 1, 2), 0);
    private final AtomicLong ticks = new AtomicLong();

    private Fleet fleet(FloorServer floor, Path dir) throws IOException {
        return new Fleet(
                STREAMS,
                new Fleet.Target(floor.port(), NAME, dir.resolve("roots.pem")),
                i -> new Fleet.Role(uses, "bench/pod-" + i, "svc", Integer.toString(i)),
                ticks::incrementAndGet,
                new Random(1),
                null);
    }

    private FloorServer floor(Path dir) throws IOException {
        FloorCertificates.write(dir, NAME, InstantSource.system().instant());
        return new FloorServer(
                Answers.recording(uses), dir.resolve("chain.pem"), dir.resolve("key.pem"));
    }

    @Test
    void everyStreamIsConfiguredAndGetsAChange(@TempDir Path dir) throws Exception {
        try (FloorServer floor = floor(dir);
                Fleet fleet = fleet(floor, dir)) {
            fleet.connect(60);
            long before = fleet.messages();

            Arrivals arrivals = fleet.expect(0, List.of(0, 1, 2, 3, 4));
            floor.push(0, STREAMS);
            fleet.await(arrivals);

            assertThat(fleet.messages() - before).isEqualTo(STREAMS);
            assertThat(arrivals.millisSince(0)).hasSize(STREAMS).doesNotContain(0);
            assertThat(fleet.diverged()).isZero();
            assertThat(fleet.reopened()).isEmpty();
        }
    }

    @Test
    void noticesStreamsThatHoldAnotherVersionThanTheRest(@TempDir Path dir) throws Exception {
        try (FloorServer floor = floor(dir);
                Fleet fleet = fleet(floor, dir)) {
            fleet.connect(60);

            Arrivals arrivals = fleet.expect(0, List.of(0, 1));
            floor.push(0, 2);
            fleet.await(arrivals);

            assertThat(fleet.diverged()).isPositive();
        }
    }

    @Test
    void countsPayloadBytesAsTheyWereSent(@TempDir Path dir) throws Exception {
        try (FloorServer floor = floor(dir);
                Fleet fleet = fleet(floor, dir)) {
            fleet.connect(60);
            long before = fleet.bytes();

            Arrivals arrivals = fleet.expect(0, List.of(0, 1, 2));
            floor.push(0, 3);
            fleet.await(arrivals);

            int length = Answers.recording(uses).pushes().getFirst().length;
            assertThat(fleet.bytes() - before).isEqualTo(3L * length);
        }
    }
}
