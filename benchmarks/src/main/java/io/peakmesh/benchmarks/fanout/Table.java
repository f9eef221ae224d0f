package io.peakmesh.benchmarks.fanout;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** One profile's table, in Markdown that also reads well in a terminal. */
final class Table {
    /** Where a quotient says nothing. */
    private static final Set<Metric> NO_RATIO = EnumSet.of(Metric.REOPENED, Metric.RECIPIENTS);

    private Table() {}

    static String of(Results results) {
        Plan plan = results.plan();
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"", "control plane", "floor", "ratio"});
        for (Metric metric : Metric.values()) {
            double ratio = results.ratio(metric);
            rows.add(
                    new String[] {
                        metric.label(),
                        cell(metric, results.controlPlane()),
                        cell(metric, results.floor()),
                        Double.isNaN(ratio) || NO_RATIO.contains(metric)
                                ? ""
                                : String.format(Locale.ROOT, "%.2f", ratio)
                    });
        }
        return "## %,d streams, %d services x %d endpoints, each sidecar uses %d\n\n"
                        .formatted(plan.streams(), plan.services(), plan.endpoints(), plan.uses())
                + aligned(rows);
    }

    private static String cell(Metric metric, List<Map<Metric, Double>> rounds) {
        Percentiles values = Results.of(rounds, metric);
        String number = "%,." + metric.decimals() + "f";
        String median = String.format(Locale.ROOT, number, values.median());
        String least = String.format(Locale.ROOT, number, values.least());
        String most = String.format(Locale.ROOT, number, values.most());
        return least.equals(most) ? median : median + " (" + least + "-" + most + ")";
    }

    private static String aligned(List<String[]> rows) {
        int columns = rows.getFirst().length;
        int[] widths = new int[columns];
        for (String[] row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], Math.max(3, row[i].length()));
            }
        }
        StringBuilder out = new StringBuilder();
        for (String[] row : rows) {
            for (int i = 0; i < columns; i++) {
                String format = i == 0 ? "| %-" + widths[i] + "s " : "| %" + widths[i] + "s ";
                out.append(format.formatted(row[i]));
            }
            out.append("|\n");
            if (out.indexOf("\n") == out.length() - 1) {
                for (int i = 0; i < columns; i++) {
                    out.append("|").append("-".repeat(widths[i] + 1));
                    out.append(i == 0 ? "-" : ":");
                }
                out.append("|\n");
            }
        }
        return out.toString();
    }
}
