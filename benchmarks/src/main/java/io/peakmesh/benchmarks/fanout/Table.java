package io.peakmesh.benchmarks.fanout;

import io.peakmesh.benchmarks.run.AlignedTable;
import io.peakmesh.benchmarks.run.Percentiles;
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
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("", "control plane", "floor", "ratio"));
        for (Metric metric : Metric.values()) {
            double ratio = results.ratio(metric);
            rows.add(
                    List.of(
                            metric.label(),
                            cell(metric, results.controlPlane()),
                            cell(metric, results.floor()),
                            Double.isNaN(ratio) || NO_RATIO.contains(metric)
                                    ? ""
                                    : String.format(Locale.ROOT, "%.2f", ratio)));
        }
        return "## %,d streams, %d services x %d endpoints, each sidecar uses %d\n\n"
                        .formatted(plan.streams(), plan.services(), plan.endpoints(), plan.uses())
                + AlignedTable.of(rows);
    }

    private static String cell(Metric metric, List<Map<Metric, Double>> rounds) {
        Percentiles values = Results.of(rounds, metric);
        String number = "%,." + metric.decimals() + "f";
        String median = String.format(Locale.ROOT, number, values.median());
        String least = String.format(Locale.ROOT, number, values.least());
        String most = String.format(Locale.ROOT, number, values.most());
        return least.equals(most) ? median : median + " (" + least + "-" + most + ")";
    }
}
