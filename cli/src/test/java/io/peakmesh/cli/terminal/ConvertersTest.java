package io.peakmesh.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ConvertersTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:15010, 127.0.0.1, 15010",
        "localhost:0, localhost, 0",
        "[::1]:65535, ::1, 65535",
        "xds.mesh.example:443, xds.mesh.example, 443"
    })
    void anAddressIsAHostAndAPort(String text, String host, int port) {
        assertThat(new HostPort.Converter().convert(text)).isEqualTo(new HostPort(host, port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":80",
                "80",
                "host",
                "host:",
                "host:-1",
                "host:65536",
                "host:http",
                "host:80:",
                "::1:80",
                "[]:80",
                "a b:80"
            })
    void whatIsNoAddressIsRefusedWithAnExample(String text) {
        assertThatThrownBy(() -> new HostPort.Converter().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("want HOST:PORT, for example 127.0.0.1:15010");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"203.0.113.0/24", "0.0.0.0/0", "10.0.0.1/32", "2001:db8::/32", "::/128"})
    void aRangeOfAddressesIsTakenAsItIs(String text) throws Exception {
        assertThat(new CidrConverter().convert(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.0",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "::/129",
                "mesh/24",
                "10.0.0.0/24,fd00::/64",
                " 10.0.0.0/8"
            })
    void whatIsNoRangeIsRefusedBeforeItReachesAProxy(String text) {
        assertThatThrownBy(() -> new CidrConverter().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("203.0.113.0/24");
    }

    @Test
    void aDurationIsANumberAndAUnit() {
        DurationConverter converter = new DurationConverter();

        assertThat(converter.convert("90s")).isEqualTo(Duration.ofSeconds(90));
        assertThat(converter.convert("30m")).isEqualTo(Duration.ofMinutes(30));
        assertThat(converter.convert("12h")).isEqualTo(Duration.ofHours(12));
        assertThat(converter.convert("7d")).isEqualTo(Duration.ofDays(7));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "5", "s", "0s", "-5s", "1.5h", "1h30m", "5 m", "9999999d", "5S", "٥s"})
    void whatIsNoDurationIsRefusedWithExamples(String text) {
        assertThatThrownBy(() -> new DurationConverter().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("want a duration such as 90s, 30m or 12h");
    }

    @Test
    void columnsOfATableBeginUnderTheirHeads() {
        List<String> lines =
                new Table("NAME", "P", "LAST")
                        .row("a", "8080", "x")
                        .row("longer-name", "1", "")
                        .lines();

        assertThat(lines)
                .containsExactly(
                        "NAME          P      LAST", "a             8080   x", "longer-name   1");
    }

    @Test
    void aTableWithoutRowsIsItsHeads() {
        assertThat(new Table("A", "B").lines()).containsExactly("A   B");
    }

    @Test
    void aRowMustFillEveryColumn() {
        assertThatThrownBy(() -> new Table("A", "B").row("1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("want 2 cells, have 1");
    }
}
