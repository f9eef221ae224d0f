package io.peakmesh.benchmarks.balancing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GoalTest {
    private static Results results(String name, double ourMillis, double otherMillis) {
        Results results = new Results(Catalogue.named(name, Optional.of(1)).orElseThrow());
        results.add(Policy.PEAK_EWMA, Measurements.answered(1, ourMillis));
        results.add(Policy.LEAST_REQUEST, Measurements.answered(1, otherMillis));
        results.add(Policy.ROUND_ROBIN, Measurements.answered(1, otherMillis));
        return results;
    }

    @Test
    void aTenthOfLeastRequestsNinetyNinthIsMetAndABitMoreIsNot() {
        assertThat(Goal.of(List.of(results(Catalogue.SLOW, 20, 200))))
                .extracting(Goal::verdict)
                .containsExactly("met");
        assertThat(Goal.of(List.of(results(Catalogue.SLOW, 21, 200))))
                .extracting(Goal::verdict, Goal::value)
                .containsExactly(tuple("NOT MET", "0.105 times"));
    }

    @Test
    void equalBackendsAreComparedWithRoundRobin() {
        assertThat(Goal.of(List.of(results(Catalogue.EQUAL, 5.4, 5))).getFirst().met()).isTrue();
        assertThat(Goal.of(List.of(results(Catalogue.EQUAL, 5.6, 5))).getFirst().met()).isFalse();
    }

    @Test
    void oneFailureInAHundredIsTooMany() {
        Results results = results(Catalogue.FAILS, 3, 3);
        Measurement failing = Measurements.answered(1, 3);
        Measurements.end(failing, 5, 1, 503, 2);
        results.add(Policy.PEAK_EWMA, failing);
        results.add(Policy.PEAK_EWMA, failing);

        Goal goal = Goal.of(List.of(results)).getFirst();

        assertThat(goal.met()).isFalse();
        assertThat(goal.value()).as("the median of three rounds").isEqualTo("99.00 %");
    }

    @Test
    void whatNeverRecoveredDidNotMeetTheGoal() {
        Results results =
                new Results(Catalogue.named(Catalogue.RECOVERY, Optional.of(24)).orElseThrow());
        results.add(Policy.PEAK_EWMA, Measurements.of(24));

        Goal goal = Goal.of(List.of(results)).getFirst();

        assertThat(goal.met()).isFalse();
        assertThat(goal.value()).isEqualTo("never");
    }

    @Test
    void otherScenariosHaveNoGoal() {
        assertThat(Goal.of(List.of(results("two-clients", 1, 1)))).isEmpty();
    }
}
