package io.peakmesh.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UsageTest {
    private static final String STATUS =
            """
            Name:\tjava
            VmHWM:\t  150000 kB
            VmRSS:\t  146212 kB
            RssAnon:\t  101024 kB
            RssFile:\t   45188 kB
            """;

    @Test
    void addsUserAndSystemTimeAlsoWhenTheNameHoldsBlanksAndBrackets() {
        String stat =
                "4711 (a) (b c)) S 1 4711 4711 0 -1 4194560 9 0 0 0 123 45 0 0 20 0 12 0 88 1 2";

        Usage usage = Usage.parse(stat, STATUS);

        assertThat(usage).isEqualTo(new Usage(1680, 146212, 101024, 150000));
    }

    @Test
    void aLineThatIsMissingCountsAsNothing() {
        assertThat(Usage.kilobytes(STATUS, "VmSwap:")).isZero();
    }

    @Test
    void namesTheProcessor() {
        assertThat(Machine.cpuModel("processor\t: 0\nmodel name\t: AMD EPYC\nmodel name\t: x\n"))
                .isEqualTo("AMD EPYC");
        assertThat(Machine.cpuModel("processor\t: 0\n")).isEqualTo("unknown");
    }
}
