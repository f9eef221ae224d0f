package io.peakmesh.smi.smi;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.peakmesh.smi.object.Fields;
import java.util.Optional;

/**
 * Regular expressions as proxies take them: RE2 syntax, and a bound on how much one may grow. Envoy
 * refuses a whole resource for one expression beyond its runtime limit {@code
 * re2.max_program_size.error_level}, 100 unless the bootstrap sets it, so a bootstrap must set it
 * well above what is let through here: for the expressions tried, RE2's own count was at most 3
 * times the one measured here.
 */
final class RegexBound {
    static final int MAX_LENGTH = 1_000;
    static final int MAX_PROGRAM = 1_500;

    private RegexBound() {}

    /** What is wrong with the expression; empty where nothing is. */
    static Optional<String> problem(String regex) {
        if (regex.length() > MAX_LENGTH) {
            return Optional.of(
                    "is longer than " + MAX_LENGTH + " characters: divide it into several matches");
        }
        // Before compiling: nested counts such as ((a{99}){99}){99} would fill the memory.
        if (RegexSize.of(regex) > MAX_PROGRAM) {
            return tooComplex();
        }
        try {
            return Pattern.compile(regex).programSize() > MAX_PROGRAM
                    ? tooComplex()
                    : Optional.empty();
        } catch (PatternSyntaxException e) {
            return Optional.of(
                    "must be an RE2 regular expression, is "
                            + Fields.quote(regex)
                            + " ("
                            + e.getDescription()
                            + "): see github.com/google/re2/wiki/Syntax");
        }
    }

    private static Optional<String> tooComplex() {
        return Optional.of(
                "grows to more than "
                        + MAX_PROGRAM
                        + " steps when its repetitions are written out: use smaller counts");
    }
}
