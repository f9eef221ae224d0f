package io.peakmesh.benchmarks.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.peakmesh.benchmarks.run.Machine;
import io.peakmesh.model.Balancing;
import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class ReportTest {
    private static final int MOST_BYTES = 200 * 1024;

    private static List<Results> results() {
        return Catalogue.names().stream()
                .map(name -> Catalogue.named(name, Optional.of(24)).orElseThrow())
                .map(ReportTest::measured)
                .toList();
    }

    private static Results measured(Scenario scenario) {
        Results results = new Results(scenario);
        for (Policy policy : scenario.policies()) {
            for (int round = 1; round <= 3; round++) {
                Measurement measurement =
                        Measurements.answered(24, 2 + scenario.policies().indexOf(policy) + round);
                Measurements.end(measurement, round, 1_990, 200, 2);
                results.add(policy, measurement);
            }
        }
        return results;
    }

    private static Report report(boolean whole) {
        return new Report(
                "2026-11-23",
                "abc",
                new Machine(2, "a processor", 4_096, "Linux", "a JDK"),
                List.of("0.1 0.2 0.3", "1.1 1.2 1.3"),
                whole,
                3,
                1,
                Balancing.PeakEwma.DEFAULT,
                "2026-11-23-balancing.svg",
                results());
    }

    @Test
    void namesTheMachineItsLoadAndEveryScenarioAndGoal() {
        String text = report(true).markdown();

        assertThat(text)
                .contains("a processor", "0.1 0.2 0.3", "1.1 1.2 1.3", "Commit abc")
                .contains("(2026-11-23-balancing.svg)")
                .contains("8.0 [7.0–9.0]");
        for (String name : Catalogue.names()) {
            assertThat(text).contains("(`" + name + "`)");
        }
        assertThat(text.lines().filter(line -> line.matches("\\|.*\\| +(met|NOT MET) \\|")))
                .hasSize(7);
    }

    @Test
    void aTrySaysThatItIsOne() {
        assertThat(report(false).markdown()).contains("Not a whole run");
        assertThat(report(true).markdown()).doesNotContain("Not a whole run");
    }

    @Test
    void theJsonHasEachRound() throws Exception {
        JsonNode root = new ObjectMapper().readTree(report(true).json());

        JsonNode slow = root.get("scenarios").get(1);
        assertThat(slow.get("name").asText()).isEqualTo("slow");
        assertThat(slow.get("rounds").get("PEAK_EWMA")).hasSize(3);
        assertThat(slow.get("summary").get("PEAK_EWMA").get("P50").get(0).asDouble())
                .isEqualTo(slow.get("rounds").get("PEAK_EWMA").get(1).get("P50").asDouble());
        assertThat(root.get("goals")).hasSize(7);
    }

    @Test
    void thePlotIsASmallPictureWithALineForEachPolicyOfEachPanel() throws Exception {
        String svg = Plot.of(results());

        Document picture =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(svg)));
        assertThat(svg.length()).isLessThan(MOST_BYTES);
        assertThat(svg).contains("Peak-EWMA", "99.9 %", "100 ms").doesNotContain("NaN", "Infinity");
        assertThat(picture.getElementsByTagName("g").getLength()).isEqualTo(6);
        assertThat(svg.lines().filter(line -> line.contains("fill='none'")))
                .as("four policies in a panel, the fallback also in one, no random in another")
                .hasSize(6 * 4 + 1 - 1);
    }
}
