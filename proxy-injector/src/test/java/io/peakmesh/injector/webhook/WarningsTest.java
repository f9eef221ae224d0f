package io.peakmesh.injector.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WarningsTest {
    @Test
    void keepsShortOnesAndMakesEachOneLine() {
        assertThat(Warnings.fitting(List.of("a", " b\r\n\tc\u0007 ", "", "x".repeat(256))))
                .containsExactly("a", "b c", "x".repeat(256));
    }

    @Test
    void cutsLongOnesBetweenWordsAndLosesNothing() {
        String text = "weight of backend ".repeat(40).strip();
        List<String> parts = Warnings.fitting(List.of(text));
        assertThat(parts).hasSizeGreaterThan(2).allMatch(part -> part.length() <= 256);
        assertThat(String.join(" ", parts).replace(" … ", " ")).isEqualTo(text);
    }

    @Test
    void neverCutsACharacterInTwo() {
        for (String part : Warnings.fitting(List.of("x" + "😀".repeat(300)))) {
            assertThat(part.length()).isLessThanOrEqualTo(256);
            assertThat(Character.isLowSurrogate(part.charAt(0))).isFalse();
            assertThat(part.codePoints().anyMatch(c -> c >= 0xd800 && c < 0xe000)).isFalse();
        }
    }

    @Test
    void staysBelowWhatTheApiServerCuts() {
        List<String> parts = Warnings.fitting(Collections.nCopies(100, "y".repeat(255)));
        assertThat(parts).hasSize(16);
        assertThat(parts.getLast()).isEqualTo("and 85 more lines of warnings");
        assertThat(parts.stream().mapToInt(String::length).sum()).isLessThanOrEqualTo(4096);
    }
}
