package io.peakmesh.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AlignedTableTest {
    @Test
    void isAsWideAsItsWidestCellsAndPutsFiguresToTheRight() {
        String table = AlignedTable.of(List.of(List.of("", "ms"), List.of("slow one", "207.5")));

        assertThat(table)
                .isEqualTo(
                        """
                        |          |    ms |
                        |----------|------:|
                        | slow one | 207.5 |
                        """);
    }
}
