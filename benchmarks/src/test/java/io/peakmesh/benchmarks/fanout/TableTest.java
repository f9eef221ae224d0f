package io.peakmesh.benchmarks.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TableTest {
    private static Map<Metric, Double> round(double cpu) {
        Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        for (Metric metric : Metric.values()) {
            figures.put(metric, 0.0);
        }
        figures.put(Metric.CHANGE_CPU, cpu);
        figures.put(Metric.CONNECT, 1234.0);
        return figures;
    }

    private final Results results =
            new Results(
                    new Plan(1000, 100, 10, 3),
                    List.of(round(30), round(10), round(20)),
                    List.of(round(8), round(8), round(8)));

    @Test
    void showsMedianLeastAndMostAndTheRatioOfMedians() {
        String table = Table.of(results);

        assertThat(table).startsWith("## 1,000 streams, 100 services x 10 endpoints, each");
        assertThat(row(table, Metric.CHANGE_CPU))
                .containsSubsequence("20.00 (10.00-30.00)", "8.00", "2.50");
    }

    @Test
    void showsNoRangeWhereAllRoundsAgreeAndNoRatioToNothing() {
        String table = Table.of(results);

        assertThat(row(table, Metric.CONNECT)).containsSubsequence("1,234", "1.00");
        assertThat(row(table, Metric.CONNECT)).doesNotContain("1,234 (");
        assertThat(row(table, Metric.IDLE_CPU)).doesNotContain("NaN");
    }

    @Test
    void everyRowIsAsWideAsTheHead() {
        List<String> rows = Table.of(results).lines().filter(l -> l.startsWith("|")).toList();

        assertThat(rows).hasSize(Metric.values().length + 2);
        assertThat(rows).allMatch(row -> row.length() == rows.getFirst().length());
    }

    private static String row(String table, Metric metric) {
        return table.lines()
                .filter(line -> line.startsWith("| " + metric.label() + " "))
                .findFirst()
                .orElseThrow();
    }
}
