package io.peakmesh.kube.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.kube.lease.Claim.Move;
import io.peakmesh.kube.lease.Claim.Seen;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClaimTest {
    private static final Duration LEASE = Duration.ofSeconds(15);
    private static final long SECOND = 1_000_000_000L;

    private final Claim claim = new Claim("a", Duration.ofSeconds(10));

    private static Seen held(String holder, String renewed) {
        return new Seen(holder, renewed, LEASE);
    }

    @Test
    void takesAFreeLeaseAndLeadsTenSecondsFromWhenItWrote() {
        assertThat(claim.saw(held("", ""), 0)).isEqualTo(Move.WRITE);
        claim.writing("t1");
        assertThat(claim.leads(0)).isFalse();
        claim.wrote("t1", 5 * SECOND);
        assertThat(claim.leads(15 * SECOND - 1)).isTrue();
        assertThat(claim.leads(15 * SECOND)).isFalse();
        assertThat(claim.left(14 * SECOND)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void takesAnothersLeaseOnlyAfterItWasSeenUnchangedForItsDuration() {
        assertThat(claim.saw(held("b", "t1"), 0)).isEqualTo(Move.WAIT);
        assertThat(claim.saw(held("b", "t1"), 15 * SECOND - 1)).isEqualTo(Move.WAIT);
        assertThat(claim.saw(held("b", "t2"), 15 * SECOND)).isEqualTo(Move.WAIT);
        assertThat(claim.saw(held("b", "t2"), 30 * SECOND - 1)).isEqualTo(Move.WAIT);
        assertThat(claim.saw(held("b", "t2"), 30 * SECOND)).isEqualTo(Move.WRITE);
    }

    @Test
    void aTimeLongPastInARecordMeansNothing() {
        assertThat(claim.saw(held("b", "1970-01-01T00:00:00.000000Z"), 0)).isEqualTo(Move.WAIT);
    }

    @Test
    void aRecordOfItsOwnNameThatItDidNotWriteIsAnothers() {
        assertThat(claim.saw(held("a", "t1"), 0)).isEqualTo(Move.WAIT);
        assertThat(claim.saw(held("a", "t1"), 15 * SECOND)).isEqualTo(Move.WRITE);
    }

    @Test
    void aWriteWhoseAnswerGotLostIsItsOwn() {
        claim.writing("t1");
        assertThat(claim.saw(held("a", "t1"), SECOND)).isEqualTo(Move.WRITE);
        assertThat(claim.leads(SECOND)).isFalse();
    }

    @Test
    void aWriteThatWasRefusedIsNotItsOwn() {
        claim.writing("t1");
        claim.refused("t1");
        assertThat(claim.saw(held("a", "t1"), SECOND)).isEqualTo(Move.WAIT);
    }

    @Test
    void doesNotLeadOnceAnothersNameStandsInTheLease() {
        claim.writing("t1");
        claim.wrote("t1", 0);
        assertThat(claim.saw(held("b", "t2"), SECOND)).isEqualTo(Move.WAIT);
        assertThat(claim.leads(SECOND)).isFalse();
        assertThat(claim.left(SECOND)).isZero();
    }

    @Test
    void aMonotonicClockMayPassTheEndOfItsRange() {
        long near = Long.MAX_VALUE - SECOND;
        claim.writing("t1");
        claim.wrote("t1", near);
        assertThat(claim.leads(near + 2 * SECOND)).isTrue();
        assertThat(claim.leads(near + 10 * SECOND)).isFalse();
    }
}
