package io.peakmesh.kube.reader;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a plain YAML scalar means: the core schema of YAML 1.2.2, section 10.3.2. */
final class Scalars {
    /** No number of the core schema that anyone means is longer; longer ones stay text. */
    private static final int MAX_NUMBER = 64;

    private static final Pattern DECIMAL = Pattern.compile("[-+]?[0-9]+");
    private static final Pattern RADIX = Pattern.compile("0(o[0-7]+|x[0-9a-fA-F]+)");
    private static final Pattern FLOAT =
            Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");

    private Scalars() {}

    /** Null, a Boolean, a Long, a Double or the text itself. */
    static @Nullable Object resolve(String text) {
        return switch (text) {
            case "", "~", "null", "Null", "NULL" -> null;
            case "true", "True", "TRUE" -> true;
            case "false", "False", "FALSE" -> false;
            case ".nan", ".NaN", ".NAN" -> Double.NaN;
            case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF" -> Double.POSITIVE_INFINITY;
            case "-.inf", "-.Inf", "-.INF" -> Double.NEGATIVE_INFINITY;
            default -> text.length() > MAX_NUMBER ? text : numberOr(text);
        };
    }

    private static Object numberOr(String text) {
        if (DECIMAL.matcher(text).matches()) {
            return whole(text, 10);
        }
        if (RADIX.matcher(text).matches()) {
            return whole(text.substring(2), text.charAt(1) == 'x' ? 16 : 8);
        }
        return FLOAT.matcher(text).matches() ? (Object) Double.parseDouble(text) : text;
    }

    private static Object whole(String digits, int radix) {
        try {
            return Long.parseLong(digits, radix);
        } catch (NumberFormatException tooLarge) {
            return new java.math.BigInteger(digits, radix).doubleValue();
        }
    }
}
