package io.peakmesh.smi.status;

import static io.peakmesh.smi.status.Judgements.accepted;
import static io.peakmesh.smi.status.Judgements.error;
import static io.peakmesh.smi.status.Judgements.judgement;
import static io.peakmesh.smi.status.Judgements.refused;
import static io.peakmesh.smi.status.Judgements.remark;
import static io.peakmesh.smi.status.Judgements.withWritten;
import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.model.Invalid;
import io.peakmesh.model.Invalid.Cause;
import io.peakmesh.smi.object.ObjectKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NoticesTest {
    private static final Invalid MISSING = remark(Cause.MISSING_BACKEND, "b[0]", "is missing");
    private static final Invalid MISSING_TOO = remark(Cause.MISSING_BACKEND, "b[1]", "is missing");
    private static final Invalid CONFLICT = remark(Cause.CONFLICT, "service", "is divided twice");

    private static List<String> words(List<Notice> notices) {
        return notices.stream()
                .map(n -> (n.warning() ? "W " : "N ") + n.reason() + ": " + n.message())
                .toList();
    }

    private static List<String> between(Judgement before, Judgement now) {
        return words(Notices.between(Optional.of(before), now));
    }

    private static List<String> first(Judgement now) {
        return words(Notices.between(Optional.empty(), now));
    }

    @Test
    void warnsOnceForEachCauseOfNewProblems() {
        assertThat(first(accepted(MISSING, CONFLICT, MISSING_TOO)))
                .containsExactly(
                        "W MissingBackend: b[0]: is missing; b[1]: is missing",
                        "W Conflict: service: is divided twice");
        assertThat(between(accepted(MISSING), accepted(MISSING, MISSING_TOO)))
                .containsExactly("W MissingBackend: b[1]: is missing");
        assertThat(first(refused(error("a", "is bad")))).containsExactly("W Invalid: a: is bad");
    }

    @Test
    void addressesTheObject() {
        assertThat(Notices.between(Optional.empty(), accepted(CONFLICT)))
                .containsExactly(
                        new Notice(
                                new ObjectKey("TrafficSplit", "shop", "cart"),
                                "split.smi-spec.io/v1alpha4",
                                "uid-1",
                                true,
                                "Conflict",
                                "service: is divided twice"));
    }

    @Test
    void saysNothingWhenNothingChanged() {
        assertThat(first(accepted())).isEmpty();
        assertThat(between(accepted(MISSING), accepted(MISSING))).isEmpty();
        assertThat(between(accepted(MISSING), accepted())).isEmpty();
        assertThat(between(refused(error("a", "is bad")), refused(error("a", "is bad")))).isEmpty();
        assertThat(first(accepted(remark(Cause.INVALID, "a", "is odd")))).isEmpty();
    }

    @Test
    void saysWhenARefusedObjectIsMended() {
        assertThat(between(refused(error("a", "is bad")), accepted(MISSING)))
                .containsExactly(
                        "N Accepted: is accepted now and in force",
                        "W MissingBackend: b[0]: is missing");
    }

    @Test
    void aNewLeaderDoesNotRepeatWhatTheStatusSays() {
        for (Judgement judgement : List.of(accepted(MISSING), refused(error("a", "is bad")))) {
            List<Condition> status = Conditions.of(judgement, Optional.empty(), Instant.EPOCH);
            assertThat(first(withWritten(judgement, status))).isEmpty();
            assertThat(first(judgement)).hasSize(1);
        }
        List<Condition> refused =
                Conditions.of(refused(error("a", "is bad")), Optional.empty(), Instant.EPOCH);
        assertThat(first(withWritten(accepted(), refused)))
                .containsExactly("N Accepted: is accepted now and in force");
    }

    @Test
    void takesAnObjectThatIsMadeAgainForAnotherOne() {
        Judgement again = judgement(true, "uid-2", List.of(), MISSING);
        assertThat(between(accepted(MISSING), again)).hasSize(1);
        Judgement fine = judgement(true, "uid-2", List.of());
        assertThat(between(refused(error("a", "is bad")), fine)).isEmpty();
    }

    @Test
    void boundsTheMessage() {
        assertThat(Notices.between(Optional.empty(), refused(error("a", "x".repeat(5_000)))))
                .singleElement()
                .satisfies(n -> assertThat(n.message()).hasSize(1_024).endsWith("…"));
    }

    @Test
    void warnsOfProxiesThatRefuseItAnew() {
        Programmed none = new Programmed(2, 2, List.of());
        Programmed one = new Programmed(2, 1, List.of("web-1: bad"));
        Programmed two = new Programmed(2, 0, List.of("web-1: bad", "web-2: worse"));
        assertThat(words(Notices.refused(accepted(), none, one)))
                .containsExactly("W Refused: refused by web-1: bad");
        assertThat(words(Notices.refused(accepted(), one, two)))
                .containsExactly("W Refused: refused by web-2: worse");
        assertThat(Notices.refused(accepted(), two, one)).isEmpty();
        assertThat(Notices.refused(accepted(), one, one)).isEmpty();
    }
}
