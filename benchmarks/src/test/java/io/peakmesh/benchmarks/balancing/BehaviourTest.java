package io.peakmesh.benchmarks.balancing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BehaviourTest {
    private static final ServiceTime TWO = new ServiceTime(2, 0);
    private static final Random RANDOM = new Random(7);

    private static double millis(Behaviour behaviour, double atSeconds) {
        return behaviour.reply((long) (atSeconds * 1e9), 1, RANDOM).afterNanos() / 1e6;
    }

    @Test
    void theServiceTimeKeepsBetweenHalfAndTwiceItsMean() {
        ServiceTime wild = new ServiceTime(2, 50);

        long[] drawn = IntStream.range(0, 1_000).mapToLong(i -> wild.draw(RANDOM)).toArray();

        assertThat(Arrays.stream(drawn).min()).hasValue(1_000_000);
        assertThat(Arrays.stream(drawn).max()).hasValue(4_000_000);
    }

    @Test
    void aSlowOneIsSlowOnlyInItsWindow() {
        Behaviour slow = new Behaviour.Slow(TWO, 200, Window.ofSeconds(1, 2));

        assertThat(millis(slow, 0.5)).isEqualTo(2);
        assertThat(millis(slow, 1)).isEqualTo(202);
        assertThat(millis(slow, 2)).isEqualTo(2);
    }

    @Test
    void ofAStallingOneEveryTenthRequestWaits() {
        Behaviour stalling = new Behaviour.Stalling(TWO, 10, 1_000);

        assertThat(
                        LongStream.rangeClosed(1, 30)
                                .filter(i -> stalling.reply(0, i, RANDOM).afterNanos() > 1e9)
                                .toArray())
                .containsExactly(5, 15, 25);
    }

    @Test
    void whatAFreezeCatchesIsDoneAfterIt() {
        Behaviour freezing = new Behaviour.Freezing(TWO, List.of(Window.ofSeconds(1, 2)));

        assertThat(millis(freezing, 0.5)).isEqualTo(2);
        assertThat(millis(freezing, 1.25)).as("waits, then is served").isEqualTo(752);
        assertThat(millis(freezing, 0.999)).as("half done before").isCloseTo(1_002, within(1e-6));
        assertThat(millis(freezing, 2)).isEqualTo(2);
    }

    @Test
    void aRestartedOneIsColdAndWarmsUpEvenly() {
        Behaviour restarting =
                new Behaviour.Restarting(TWO, List.of(Window.ofSeconds(1, 2)), 500, 5);

        assertThat(millis(restarting, 0)).isEqualTo(2);
        assertThat(millis(restarting, 2)).isEqualTo(502);
        assertThat(millis(restarting, 4.5)).isCloseTo(252, within(1e-6));
        assertThat(millis(restarting, 8)).isEqualTo(2);
        assertThat(restarting.outages()).containsExactly(Window.ofSeconds(1, 2));
    }

    @Test
    void aHangingOneNeverAnswersAndAFailingOneDoesAtOnce() {
        assertThat(new Behaviour.Hanging().reply(0, 1, RANDOM).never()).isTrue();
        assertThat(new Behaviour.Failing(503).reply(0, 1, RANDOM))
                .isEqualTo(new Behaviour.Reply(503, 0));
    }
}
