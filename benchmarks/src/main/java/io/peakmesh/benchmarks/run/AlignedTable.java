package io.peakmesh.benchmarks.run;

import java.util.List;

/** A table in Markdown that also reads well in a terminal. */
public final class AlignedTable {
    private static final int LEAST_WIDTH = 3;

    private AlignedTable() {}

    /**
     * @param rows of equal length, the heads first; the first column goes to the left, the others
     *     to the right
     */
    public static String of(List<List<String>> rows) {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], Math.max(LEAST_WIDTH, row.get(i).length()));
            }
        }
        StringBuilder out = new StringBuilder();
        line(out, rows.getFirst(), widths);
        for (int i = 0; i < columns; i++) {
            out.append("|").append("-".repeat(widths[i] + 1)).append(i == 0 ? "-" : ":");
        }
        out.append("|\n");
        for (List<String> row : rows.subList(1, rows.size())) {
            line(out, row, widths);
        }
        return out.toString();
    }

    private static void line(StringBuilder out, List<String> row, int[] widths) {
        for (int i = 0; i < widths.length; i++) {
            String format = i == 0 ? "| %-" + widths[i] + "s " : "| %" + widths[i] + "s ";
            out.append(format.formatted(row.get(i)));
        }
        out.append("|\n");
    }
}
