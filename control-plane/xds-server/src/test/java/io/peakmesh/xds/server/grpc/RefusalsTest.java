package io.peakmesh.xds.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefusalsTest {
    private Instant now = Instant.EPOCH;
    private final List<String> log = new ArrayList<>();
    private final Refusals refusals = new Refusals(() -> now, log::add);

    private void pass(Duration time) {
        now = now.plus(time);
        refusals.summarise();
    }

    @Test
    void eachPairHasOneLineInTenMinutes() {
        refusals.refused("10.0.0.1", "expired");
        refusals.refused("10.0.0.1", "expired");
        refusals.refused("10.0.0.1", "wrong audience");
        refusals.refused("10.0.0.2", "expired");
        assertThat(log)
                .containsExactly(
                        "xds stream refused: peer=10.0.0.1 reason=\"expired\"",
                        "xds stream refused: peer=10.0.0.1 reason=\"wrong audience\"",
                        "xds stream refused: peer=10.0.0.2 reason=\"expired\"");

        pass(Duration.ofMinutes(9));
        refusals.refused("10.0.0.1", "expired");
        assertThat(log).hasSize(3);
        pass(Duration.ofMinutes(1));
        refusals.refused("10.0.0.1", "expired");
        assertThat(log).hasSize(4);
        assertThat(refusals.total()).isEqualTo(6);
    }

    @Test
    void aFloodOfReasonsFromOnePeerHidesNobodyElse() {
        for (int i = 0; i < 1_000; i++) {
            refusals.refused("10.0.0.1", "claims the node " + i);
        }
        refusals.refused("ns/victim", "not its node");

        assertThat(log).hasSize(21).last().asString().contains("ns/victim");
    }

    @Test
    void whatIsLeftOutIsCountedAtTheMinutesEnd() {
        for (int i = 0; i < 300; i++) {
            refusals.refused("10.0.0." + i, "expired");
        }
        assertThat(log).hasSize(100);
        pass(Duration.ofSeconds(59));
        assertThat(log).hasSize(100);

        pass(Duration.ofSeconds(1));
        pass(Duration.ofMinutes(5));

        assertThat(log)
                .hasSize(101)
                .last()
                .isEqualTo(
                        "xds streams refused beyond those logged: count=200 last_peer=10.0.0.299");
    }

    @Test
    void whoWasLeftOutHasALineWhenItComesAgain() {
        for (int i = 0; i < 101; i++) {
            refusals.refused("10.0.0." + i, "expired");
        }
        assertThat(log).noneMatch(line -> line.contains("10.0.0.100"));
        pass(Duration.ofMinutes(1));

        refusals.refused("10.0.0.100", "expired");

        assertThat(log).last().asString().contains("peer=10.0.0.100 ");
    }
}
