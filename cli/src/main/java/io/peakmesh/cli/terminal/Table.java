package io.peakmesh.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** Rows under column heads, aligned with spaces as Linkerd prints them. */
public final class Table {
    private static final int GAP = 3;

    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... heads) {
        rows.add(List.of(heads));
    }

    /** Adds a row; throws IllegalArgumentException if it has not one cell a column. */
    public Table row(String... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException(
                    "want " + rows.getFirst().size() + " cells, have " + cells.length);
        }
        rows.add(List.of(cells));
        return this;
    }

    /** The lines, without trailing blanks. */
    public List<String> lines() {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length() + GAP);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
