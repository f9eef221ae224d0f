package io.peakmesh.smi.smi;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegexBoundTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/api/v[0-9]+/users/[a-z0-9-]+(/orders)?",
                "[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}",
                ".*(Firefox|Chrome).*",
                "[[:alpha:])(]{3}\\Q(((\\E",
                "\\pL\\p{Greek}\\x{10FFFF}"
            })
    void takesWhatPeopleWrite(String regex) {
        assertThat(RegexBound.problem(regex)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "[a", "a**b(?=c)", "\\C", "(?<!x)", "a{2}{3}{4}(", "*"})
    void refusesWhatIsNotRe2(String regex) {
        assertThat(RegexBound.problem(regex))
                .hasValueSatisfying(p -> assertThat(p).startsWith("must be an RE2 regular"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "((a{100}){100}){100}",
                "((((((a{99}){99}){99}){99}){99}){99}){99}",
                "((([)]a{30}){30}){30}){30}",
                "(([[:alpha:])]a{90}){90}){90}",
                "((\\Q)\\Ea{90}){90}){90}",
                "((\\)a{90}){90}){90}",
                "(([])]a{90}){90}){90}",
                "(([^])]a{90}){90}){90}",
                "((a{0,90}){90,}){90}"
            })
    void refusesNestedCountsBeforeTheyAreWrittenOut(String regex) {
        assertThat(RegexSize.of(regex)).isGreaterThan(RegexBound.MAX_PROGRAM);
        assertThat(RegexBound.problem(regex))
                .hasValueSatisfying(p -> assertThat(p).startsWith("grows to more than 1500"));
    }

    @Test
    void refusesALongExpression() {
        assertThat(RegexBound.problem("a".repeat(1001)))
                .hasValueSatisfying(p -> assertThat(p).startsWith("is longer than 1000"));
    }

    /** The measure bounds what the compiler makes, whatever the expression looks like. */
    @Test
    void neverMeasuresMuchLessThanTheCompilerMakes() {
        String alphabet = "ab.()()[]{}{}\\Q\\E^-19,|*+?:)]p";
        for (long seed = 0; seed < 60_000; seed++) {
            Random random = new Random(seed);
            StringBuilder regex = new StringBuilder();
            for (int i = random.nextInt(24); i >= 0; i--) {
                switch (random.nextInt(6)) {
                    case 0 -> regex.append("{").append(random.nextInt(60)).append("}");
                    case 1 -> regex.insert(0, '(').append("a)");
                    default -> regex.append(alphabet.charAt(random.nextInt(alphabet.length())));
                }
            }
            long size = RegexSize.of(regex.toString());
            if (size <= RegexBound.MAX_PROGRAM) {
                assertThat(programSize(regex.toString()))
                        .as("seed %s: %s", seed, regex)
                        .isLessThanOrEqualTo(20 + 8 * size);
            }
        }
    }

    private static long programSize(String regex) {
        try {
            return Pattern.compile(regex).programSize();
        } catch (PatternSyntaxException notRe2) {
            return 0;
        }
    }
}
