package io.peakmesh.smi.object;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whole numbers in whatever form a YAML or JSON reader hands them over. */
final class Wholes {
    private Wholes() {}

    /** The number if it is whole and fits an int; {@code 8080.0} is whole, text never is. */
    static Optional<Integer> of(@Nullable Object value) {
        return switch (value) {
            case Integer number -> Optional.of(number);
            case Short number -> Optional.of(number.intValue());
            case Byte number -> Optional.of(number.intValue());
            case Long number -> fromLong(number);
            case BigInteger number ->
                    number.bitLength() < 32 ? fromLong(number.longValue()) : Optional.empty();
            case Double number -> fromDouble(number);
            case Float number -> fromDouble(number.doubleValue());
            case BigDecimal number -> fromDouble(number.doubleValue());
            case null, default -> Optional.empty();
        };
    }

    private static Optional<Integer> fromLong(long number) {
        return number == (int) number ? Optional.of((int) number) : Optional.empty();
    }

    private static Optional<Integer> fromDouble(double number) {
        return number == (int) number ? Optional.of((int) number) : Optional.empty();
    }
}
