package io.peakmesh.smi.convert;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Weights of TrafficSplit v1alpha1: Kubernetes quantities in their usual forms, {@code 1}, {@code
 * 0.5} and {@code 500m}, from 0 to {@value #MAX}. They are scaled together to whole numbers, so
 * that their ratio stays: {@code 1} and {@code 500m} become 10 and 5.
 */
public final class Quantities {
    /** The largest weight; the sum over all backends of a split fits 32 bits then. */
    public static final int MAX = 1_000_000;

    private static final Pattern QUANTITY =
            Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,3})?|[0-9]{1,9}m");

    private Quantities() {}

    /** The quantity; empty for what is none, is negative or larger than {@value #MAX}. */
    public static Optional<BigDecimal> read(@Nullable Object raw) {
        String text =
                switch (raw) {
                    case String string -> string;
                    case Integer number -> number.toString();
                    case Long number -> number.toString();
                    case BigInteger number -> number.bitLength() < 64 ? number.toString() : "";
                    case Double number -> plain(number.toString());
                    case BigDecimal number ->
                            number.precision() > 20 ? "" : plain(number.toPlainString());
                    case null, default -> "";
                };
        if (!QUANTITY.matcher(text).matches()) {
            return Optional.empty();
        }
        BigDecimal value =
                text.endsWith("m")
                        ? new BigDecimal(text.substring(0, text.length() - 1)).movePointLeft(3)
                        : new BigDecimal(text);
        return Optional.of(value).filter(v -> v.compareTo(BigDecimal.valueOf(MAX)) <= 0);
    }

    /** Readers of YAML and JSON hand over {@code 1.0} or {@code 0.5} as floating point. */
    private static String plain(String text) {
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    /**
     * All times the least power of ten that makes them whole; empty where the largest would be
     * above {@value #MAX}.
     */
    public static Optional<List<Integer>> scaled(List<BigDecimal> weights) {
        int places = weights.stream().mapToInt(w -> w.stripTrailingZeros().scale()).max().orElse(0);
        List<Integer> scaled = new ArrayList<>();
        for (BigDecimal weight : weights) {
            BigDecimal whole = weight.movePointRight(Math.max(places, 0));
            if (whole.compareTo(BigDecimal.valueOf(MAX)) > 0) {
                return Optional.empty();
            }
            scaled.add(whole.intValueExact());
        }
        return Optional.of(scaled);
    }
}
