package io.peakmesh.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.peakmesh.cli.terminal.CliException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Check GOOD = Check.of("the sun shines", () -> new Finding.Good("3 h"));
    private static final Check WARNING =
            Check.of(
                    "nobody waits",
                    () -> new Finding.Warning("2 wait:\n- a\n- b", "mesh queue --short"));
    private static final Check FAILURE =
            Check.of("doors are open", () -> new Finding.Failure("one is shut", "mesh open"));

    private static Report of(Check... checks) {
        return Report.of(List.of(new Category("shop-front", List.of(checks))));
    }

    @Test
    void peopleReadMarksAndTheCommandToRunNext() {
        assertThat(of(GOOD, WARNING, FAILURE).lines(true))
                .containsExactly(
                        "shop-front",
                        "----------",
                        "√ the sun shines (3 h)",
                        "‼ nobody waits",
                        "    2 wait:",
                        "    - a",
                        "    - b",
                        "    next: mesh queue --short",
                        "× doors are open",
                        "    one is shut",
                        "    next: mesh open",
                        "",
                        "Status check results are ×");
    }

    @Test
    void inShortOnlyWhatIsNotWellIsSaid() {
        Report report =
                Report.of(
                        List.of(
                                new Category("quiet", List.of(GOOD)),
                                new Category("loud", List.of(GOOD, WARNING))));

        assertThat(report.lines(false))
                .containsExactly(
                        "loud",
                        "----",
                        "‼ nobody waits",
                        "    2 wait:",
                        "    - a",
                        "    - b",
                        "    next: mesh queue --short",
                        "",
                        "Status check results are √");
        assertThat(of(GOOD).lines(false)).containsExactly("Status check results are √");
    }

    @Test
    void aWarningIsNoFailure() {
        assertThat(of(GOOD, WARNING).success()).isTrue();
        assertThat(of(GOOD, FAILURE).success()).isFalse();
    }

    @Test
    void afterADecisiveFailureNothingIsAsked() {
        Check never =
                Check.of(
                        "never asked",
                        () -> {
                            throw new AssertionError("it was asked");
                        });

        Report report =
                Report.of(
                        List.of(
                                new Category("first", List.of(FAILURE.asDecisive(), never)),
                                new Category("second", List.of(never))));

        assertThat(report.categories()).hasSize(1);
        assertThat(report.categories().getFirst().answers()).hasSize(1);
    }

    @Test
    void aDecisiveCheckThatIsWellOrOnlyWarnsLetsTheOthersBeAsked() {
        Report report =
                Report.of(
                        List.of(
                                new Category("first", List.of(GOOD.asDecisive(), FAILURE)),
                                new Category("second", List.of(WARNING.asDecisive(), GOOD))));

        assertThat(report.categories()).extracting(c -> c.answers().size()).containsExactly(2, 2);
    }

    @Test
    void aCheckThatCannotBeAskedFailsWithWhatTheMessageSays() {
        Check check =
                Check.of(
                        "it answers",
                        () -> {
                            throw new CliException("nobody is there; start one with: mesh start");
                        });

        assertThat(of(check).lines(false))
                .contains(
                        "× it answers",
                        "    nobody is there",
                        "    next: start one with: mesh start");
    }

    @Test
    void itIsWorthWaitingOnlyForWhatMayComeRight() {
        Check late = Check.awaited("it came", () -> new Finding.Warning("not yet", "mesh wait"));

        assertThat(of(GOOD, late).worthWaiting()).isTrue();
        assertThat(of(WARNING, FAILURE).worthWaiting()).isFalse();
        assertThat(of(Check.awaited("it came", Finding::good)).worthWaiting()).isFalse();
    }

    @Test
    void programsReadLinkerdsJson() throws Exception {
        assertThat(new ObjectMapper().writeValueAsString(of(GOOD, WARNING, FAILURE).json()))
                .isEqualTo(
                        "{\"success\":false,\"categories\":[{\"categoryName\":\"shop-front\","
                                + "\"checks\":["
                                + "{\"description\":\"the sun shines\",\"result\":\"success\"},"
                                + "{\"description\":\"nobody waits\",\"hint\":\"mesh queue"
                                + " --short\",\"error\":\"2 wait:\\n- a\\n- b\",\"result\":"
                                + "\"warning\"},"
                                + "{\"description\":\"doors are open\",\"hint\":\"mesh open\","
                                + "\"error\":\"one is shut\",\"result\":\"error\"}]}]}");
        assertThat(of(GOOD).json()).containsEntry("success", true);
    }

    @Test
    void ofALongListTheFirstFewAreShown() {
        assertThat(Few.of(List.of("a", "b"), "are shut")).isEqualTo("2 are shut:\n- a\n- b");
        assertThat(Few.of(List.of("a", "b", "c", "d", "e", "f", "g"), "are shut").lines())
                .hasSize(7)
                .endsWith("- and 2 more");
    }

    @Test
    void theNextCommandNamesTheStateFolderUnlessItIsTheUsualOne() {
        assertThat(new Commands("").mesh("check")).isEqualTo("mesh check");
        assertThat(new Commands("--state /srv/x").mesh("check --proxy"))
                .isEqualTo("mesh check --proxy --state /srv/x");
    }
}
