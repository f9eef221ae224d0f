package io.peakmesh.benchmarks.balancing;

import io.peakmesh.benchmarks.run.AlignedTable;
import io.peakmesh.benchmarks.run.Percentiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Tables in Markdown that also read well in a terminal. */
final class Table {
    private Table() {}

    /** A scenario: its policies, and Peak-EWMA by least-request. */
    static String of(Results results) {
        Scenario scenario = results.scenario();
        List<Figure> figures = Arrays.stream(Figure.values()).filter(results::has).toList();
        List<List<String>> rows = new ArrayList<>();
        List<String> heads = new ArrayList<>(List.of(""));
        figures.forEach(figure -> heads.add(figure.label()));
        rows.add(heads);
        for (Policy policy : results.rounds().keySet()) {
            List<String> row = new ArrayList<>(List.of(policy.label()));
            figures.forEach(figure -> row.add(cell(figure, results.of(policy, figure))));
            rows.add(row);
        }
        if (results.rounds()
                .keySet()
                .containsAll(List.of(Policy.PEAK_EWMA, Policy.LEAST_REQUEST))) {
            List<String> row = new ArrayList<>(List.of("Peak-EWMA / least-request"));
            figures.forEach(figure -> row.add(ratio(figure, results)));
            rows.add(row);
        }
        return "### %s (`%s`)\n\n%s %d s at %,d requests/s%s.\n\n%s"
                .formatted(
                        scenario.title(),
                        scenario.name(),
                        scenario.what(),
                        scenario.seconds(),
                        scenario.rps(),
                        scenario.clients() == 1 ? "" : ", " + scenario.clients() + " sidecars",
                        AlignedTable.of(rows));
    }

    static String of(List<Goal> goals) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("goal", "measured", ""));
        goals.forEach(goal -> rows.add(List.of(goal.what(), goal.value(), goal.verdict())));
        return AlignedTable.of(rows);
    }

    private static String cell(Figure figure, Percentiles rounds) {
        String median = figure.text(rounds.median());
        String least = figure.text(rounds.least());
        String most = figure.text(rounds.most());
        return least.equals(most) ? median : median + " [" + least + "–" + most + "]";
    }

    private static String ratio(Figure figure, Results results) {
        double ratio = results.ratio(Policy.PEAK_EWMA, Policy.LEAST_REQUEST, figure);
        return switch (figure) {
            case P50, P99, P999 ->
                    Double.isNaN(ratio) ? "" : String.format(Locale.ROOT, "%.3f", ratio);
            case SUCCESS, BAD_SHARE, RECOVERY -> "";
        };
    }
}
