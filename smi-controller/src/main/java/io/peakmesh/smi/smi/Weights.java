package io.peakmesh.smi.smi;

import io.peakmesh.smi.convert.Quantities;
import io.peakmesh.smi.object.Fields;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Weights of a TrafficSplit: whole numbers since v1alpha2, {@link Quantities} in v1alpha1, which
 * are scaled together to whole numbers.
 *
 * <p>Limit: 0 to {@link Quantities#MAX} each.
 */
final class Weights {
    private static final Pattern WHOLE = Pattern.compile("[0-9]{1,9}");

    private Weights() {}

    static BigDecimal read(Fields backend, String version) {
        boolean quantity = version.equals("v1alpha1");
        Object raw = backend.raw("weight").orElse(null);
        if (raw == null) {
            backend.missing("weight", "is missing: add a whole number, 0 for no traffic");
            return BigDecimal.ZERO;
        }
        Optional<BigDecimal> weight = Quantities.read(raw).filter(w -> quantity || isWhole(raw, w));
        if (weight.isEmpty()) {
            String wanted =
                    quantity
                            ? "a quantity such as 1, 0.5 or 500m, from 0 to "
                            : "a whole number from 0 to ";
            backend.error(
                    "weight", "must be " + wanted + Quantities.MAX + ", is " + Fields.quote(raw));
        }
        return weight.orElse(BigDecimal.ZERO);
    }

    /** {@code 500m} and {@code 1.0} as text are no whole numbers, 1.0 as a number is one. */
    private static boolean isWhole(Object raw, BigDecimal weight) {
        return raw instanceof String text
                ? WHOLE.matcher(text).matches()
                : weight.stripTrailingZeros().scale() <= 0;
    }

    /** All weights times the least power of ten that makes them whole. */
    static List<Integer> scaled(List<BigDecimal> weights, Fields spec) {
        Optional<List<Integer>> scaled = Quantities.scaled(weights);
        if (scaled.isEmpty()) {
            spec.error(
                    "backends",
                    "have weights that differ too much, the largest is more than "
                            + Quantities.MAX
                            + " times the smallest step: use whole numbers");
        }
        return scaled.orElse(List.of());
    }
}
