package io.peakmesh.benchmarks.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunTest {
    private static final int HALF_AN_HOUR = 1_800;

    private static List<Scenario> scenarios(List<String> names) {
        return names.stream()
                .map(name -> Catalogue.named(name, Optional.empty()).orElseThrow())
                .toList();
    }

    private static List<Policy> policies(List<Run.Step> steps, int round, String scenario) {
        return steps.stream()
                .filter(step -> step.round() == round && step.scenario().name().equals(scenario))
                .map(Run.Step::policy)
                .toList();
    }

    @Test
    void eachRoundHasAllScenariosAndBeginsWithAnotherPolicy() {
        List<Run.Step> steps =
                new Run(scenarios(List.of("slow", "stalls")), 3, 1, _ -> true).steps();

        assertThat(steps).hasSize(3 * 2 * 4);
        assertThat(policies(steps, 1, "slow"))
                .containsExactly(
                        Policy.ROUND_ROBIN, Policy.RANDOM, Policy.LEAST_REQUEST, Policy.PEAK_EWMA);
        assertThat(policies(steps, 2, "slow"))
                .containsExactly(
                        Policy.RANDOM, Policy.LEAST_REQUEST, Policy.PEAK_EWMA, Policy.ROUND_ROBIN);
        assertThat(policies(steps, 3, "stalls")).startsWith(Policy.LEAST_REQUEST);
    }

    @Test
    void onlyThePoliciesThatAreWantedAreMeasured() {
        Run run = new Run(scenarios(List.of("slow")), 1, 1, policy -> policy == Policy.PEAK_EWMA);

        assertThat(run.steps())
                .hasSize(1)
                .extracting(Run.Step::name)
                .containsOnly("1-slow-peak_ewma");
    }

    @Test
    void aWholeRunTakesNoLongerThanHalfAnHour() {
        Run run = new Run(scenarios(Catalogue.names()), 3, 1, _ -> true);

        assertThat(Run.estimateSeconds(run.steps())).isLessThan(HALF_AN_HOUR);
    }

    @Test
    void aLongScenarioIsMeasuredInTheFirstRoundOnly() {
        List<Run.Step> steps = new Run(scenarios(List.of("published")), 3, 1, _ -> true).steps();

        assertThat(steps).hasSize(3).allMatch(step -> step.round() == 1);
    }

    @Test
    void onlyWhatIsBadAtTheStartAndSoundLaterRecovers() {
        List<Scenario> recovering =
                scenarios(Catalogue.names()).stream().filter(s -> s.recoversAt() >= 0).toList();

        assertThat(recovering).extracting(Scenario::name).containsExactly("recovery", "late");
        assertThat(recovering).extracting(Scenario::recoversAt).containsExactly(5.5, 2.0);
    }

    @Test
    void everyScenarioIsThereAtAnyLength() {
        for (String name : Catalogue.names()) {
            Scenario scenario = Catalogue.named(name, Optional.of(2)).orElseThrow();

            assertThat(scenario.name()).isEqualTo(name);
            assertThat(scenario.seconds()).isEqualTo(2);
            assertThat(scenario.bad()).allMatch(number -> number < scenario.backends().size());
            assertThat(scenario.policies()).contains(Policy.PEAK_EWMA).hasSizeGreaterThan(1);
        }
        assertThat(Catalogue.named("no such", Optional.empty())).isEmpty();
    }
}
