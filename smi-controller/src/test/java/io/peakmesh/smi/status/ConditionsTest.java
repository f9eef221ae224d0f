package io.peakmesh.smi.status;

import static io.peakmesh.smi.status.Judgements.error;
import static io.peakmesh.smi.status.Judgements.refused;
import static io.peakmesh.smi.status.Judgements.remark;
import static io.peakmesh.smi.status.Judgements.withWritten;
import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.model.Invalid;
import io.peakmesh.model.Invalid.Cause;
import io.peakmesh.smi.object.ObjectKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConditionsTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00.123456Z");
    private static final Instant SECOND = Instant.parse("2026-11-23T10:00:00Z");
    private static final Instant LATER = Instant.parse("2026-11-23T11:00:00Z");

    private static Condition accepted(Judgement judgement) {
        return Conditions.of(judgement, Optional.empty(), NOW).getFirst();
    }

    private static Condition programmed(Judgement judgement, int proxies, int acked, String... no) {
        return programmed(judgement, Optional.of(new Programmed(proxies, acked, List.of(no))));
    }

    private static Condition programmed(Judgement judgement, Optional<Programmed> programmed) {
        return Conditions.of(judgement, programmed, NOW).getLast();
    }

    private static String words(Condition condition) {
        return condition.status() + " " + condition.reason() + ": " + condition.message();
    }

    @Test
    void saysThatAGoodObjectIsAccepted() {
        assertThat(accepted(Judgements.accepted()))
                .isEqualTo(new Condition("Accepted", "True", "Accepted", "is in force", 4, SECOND));
    }

    @Test
    void listsEveryErrorOfARefusedObjectAndNoRemark() {
        Judgement judgement =
                refused(
                        remark(Cause.MISSING_BACKEND, "spec.backends[0]", "is missing"),
                        error("spec.service", "is empty: give it a value"),
                        error("", "has no weights: add some"));
        assertThat(words(accepted(judgement)))
                .isEqualTo(
                        "False Invalid: spec.service: is empty: give it a value;"
                                + " has no weights: add some");
    }

    @Test
    void tellsRemarksOfAnAcceptedObjectAndTheFirstCauseThatHasAName() {
        Invalid plain = remark(Cause.INVALID, "a", "is odd");
        Invalid missing = remark(Cause.MISSING_BACKEND, "b", "is missing");
        assertThat(words(accepted(Judgements.accepted(plain))))
                .isEqualTo("True Accepted: a: is odd");
        assertThat(words(accepted(Judgements.accepted(plain, missing))))
                .isEqualTo("True MissingBackend: a: is odd; b: is missing");
    }

    @Test
    void cutsLongMessagesAndNoCharacterInHalf() {
        for (int pad = 0; pad < 2; pad++) {
            String message =
                    accepted(refused(error("x".repeat(pad), "😀".repeat(2_000)))).message();
            assertThat(message).hasSizeBetween(1_000, 1_024).endsWith("😀…");
        }
    }

    @Test
    void countsTheProxiesThatHaveIt() {
        assertThat(words(programmed(Judgements.accepted(), 3, 3)))
                .isEqualTo("True Programmed: 3/3 proxies have it");
        assertThat(words(programmed(Judgements.accepted(), 3, 1)))
                .isEqualTo("False Pending: 1/3 proxies have it");
    }

    @Test
    void isProgrammedWhereNobodyCallsYetSoThatAPipelineCanWaitForIt() {
        assertThat(words(programmed(Judgements.accepted(), 0, 0)))
                .isEqualTo(
                        "True NoProxies: no proxy uses it yet: the first one that does will have"
                                + " it");
    }

    @Test
    void quotesTheFirstRefusal() {
        assertThat(words(programmed(Judgements.accepted(), 3, 2, "web-1: bad route")))
                .isEqualTo("False Refused: 2/3 proxies have it; refused by web-1: bad route");
        assertThat(words(programmed(Judgements.accepted(), 3, 1, "web-1: bad", "web-2: bad")))
                .isEqualTo(
                        "False Refused: 1/3 proxies have it; refused by web-1: bad (and by more"
                                + " proxies)");
    }

    @Test
    void saysWhetherAnEarlierVersionOfARefusedObjectIsServed() {
        assertThat(words(programmed(refused(error("a", "is bad")), 3, 3)))
                .isEqualTo(
                        "False NotAccepted: this version is not accepted: the last good one stays"
                                + " served");
        Judgement never =
                new Judgement(
                        new ObjectKey("TrafficSplit", "shop", "cart"),
                        "split.smi-spec.io/v1alpha4",
                        "",
                        0,
                        false,
                        List.of(),
                        new TreeSet<>(),
                        new TreeSet<>(),
                        List.of());
        assertThat(words(programmed(never, Optional.empty())))
                .isEqualTo(
                        "False NotAccepted: this version is not accepted, and nothing of it is"
                                + " served");
        assertThat(words(accepted(never))).isEqualTo("False Invalid: is refused");
    }

    @Test
    void aNewLeaderLeavesWhatIsWrittenUntilItKnowsBetter() {
        assertThat(words(programmed(Judgements.accepted(), Optional.empty())))
                .isEqualTo("Unknown Pending: it is not known yet which proxies have it");
        Condition old =
                new Condition("Programmed", "True", "Programmed", "3/3 proxies have it", 4, NOW);
        assertThat(programmed(written(old), Optional.empty())).isEqualTo(old);
        Condition ofEarlier =
                new Condition("Programmed", "True", "Programmed", "3/3 proxies have it", 3, NOW);
        assertThat(programmed(written(ofEarlier), Optional.empty()).status()).isEqualTo("Unknown");
        Condition refused = new Condition("Programmed", "False", "NotAccepted", "no", 4, NOW);
        assertThat(programmed(written(refused), Optional.empty()).status()).isEqualTo("Unknown");
    }

    private static Judgement written(Condition... conditions) {
        return withWritten(Judgements.accepted(), List.of(conditions));
    }

    @Test
    void keepsTheTimeWhileTheStatusStays() {
        Optional<Programmed> some = Optional.of(new Programmed(2, 1, List.of()));
        List<Condition> first = Conditions.of(Judgements.accepted(), some, NOW);
        Judgement then = withWritten(Judgements.accepted(), first);
        Programmed refusing = new Programmed(2, 1, List.of("web-1: bad"));
        assertThat(Conditions.of(then, Optional.of(refusing), LATER))
                .extracting(Condition::since)
                .containsExactly(SECOND, SECOND);
        Programmed all = new Programmed(2, 2, List.of());
        assertThat(Conditions.of(then, Optional.of(all), LATER))
                .extracting(Condition::since)
                .containsExactly(SECOND, LATER);
    }

    @Test
    void twoControlPlanesThatKnowTheSameSayTheSameAtAnyTime() {
        Judgement judgement =
                Judgements.accepted(remark(Cause.CONFLICT, "spec.service", "is divided twice"));
        for (Optional<Programmed> programmed :
                List.of(
                        Optional.<Programmed>empty(),
                        Optional.of(new Programmed(0, 0, List.of())),
                        Optional.of(new Programmed(4, 2, List.of("a: no", "b: no"))))) {
            List<Condition> one = Conditions.of(judgement, programmed, NOW);
            List<Condition> other = Conditions.of(judgement, programmed, LATER);
            assertThat(Conditions.differs(one, other)).isFalse();
            assertThat(Conditions.of(withWritten(judgement, one), programmed, LATER))
                    .isEqualTo(one);
        }
    }

    @Test
    void findsEveryDifferenceButThatOfTimes() {
        Condition base = new Condition("Accepted", "True", "Accepted", "is in force", 4, NOW);
        Condition foreign = new Condition("Ready", "True", "Fine", "", 4, NOW);
        assertThat(Conditions.differs(List.of(), List.of(base))).isTrue();
        assertThat(Conditions.differs(List.of(foreign, base), List.of(base))).isFalse();
        for (Condition other :
                List.of(
                        new Condition("Accepted", "False", "Accepted", "is in force", 4, NOW),
                        new Condition("Accepted", "True", "NoEffect", "is in force", 4, NOW),
                        new Condition("Accepted", "True", "Accepted", "is", 4, NOW),
                        new Condition("Accepted", "True", "Accepted", "is in force", 5, NOW))) {
            assertThat(Conditions.differs(List.of(base), List.of(other))).isTrue();
        }
        assertThat(
                        Conditions.differs(
                                List.of(base),
                                List.of(
                                        new Condition(
                                                "Accepted",
                                                "True",
                                                "Accepted",
                                                "is in force",
                                                4,
                                                LATER))))
                .isFalse();
    }

    private static Map<String, Object> fields(Object... pairs) {
        Map<String, Object> map =
                new TreeMap<>(
                        Map.of(
                                "type", "Accepted",
                                "status", "True",
                                "lastTransitionTime", "2026-11-23T10:00:00Z"));
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }

    private static List<Condition> read(@Nullable Object... items) {
        return Conditions.written(Map.of("conditions", Arrays.asList(items)));
    }

    @Test
    void readsTheConditionsThatAStatusHas() {
        assertThat(
                        read(
                                fields(
                                        "reason", "Accepted",
                                        "message", "is in force",
                                        "observedGeneration", 4L)))
                .containsExactly(
                        new Condition("Accepted", "True", "Accepted", "is in force", 4, SECOND));
    }

    @Test
    void leavesOutWhatIsNoCondition() {
        assertThat(Conditions.written(null)).isEmpty();
        assertThat(Conditions.written("fine")).isEmpty();
        assertThat(Conditions.written(Map.of("conditions", "fine"))).isEmpty();
        assertThat(
                        read(
                                null,
                                "Accepted",
                                fields("type", 1),
                                fields("status", true),
                                fields("lastTransitionTime", "yesterday"),
                                fields("lastTransitionTime", 7)))
                .isEmpty();
        assertThat(read(fields("reason", List.of(), "observedGeneration", "4"), fields()))
                .containsExactly(new Condition("Accepted", "True", "", "", 0, SECOND));
        List<Object> many = new ArrayList<>();
        IntStream.range(0, 1_000).forEach(i -> many.add(fields("type", "T" + i)));
        assertThat(read(many.toArray())).hasSize(32);
    }
}
