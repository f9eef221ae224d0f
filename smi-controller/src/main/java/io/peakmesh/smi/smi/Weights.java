package io.peakmesh.smi.smi;

import io.peakmesh.smi.object.Fields;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Weights of a TrafficSplit: whole numbers since v1alpha2, a Kubernetes Quantity in v1alpha1
 * ({@code 1}, {@code 0.5}, {@code 500m}). Quantities are scaled together to whole numbers, so that
 * their ratio stays: {@code 1} and {@code 500m} become 10 and 5.
 *
 * <p>Limit: 0 to {@value #MAX} each, so that the sum over all backends fits 32 bits.
 */
final class Weights {
    static final int MAX = 1_000_000;
    private static final Pattern WHOLE = Pattern.compile("[0-9]{1,9}");
    private static final Pattern QUANTITY =
            Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,3})?|[0-9]{1,9}m");

    private Weights() {}

    static BigDecimal read(Fields backend, String version) {
        boolean quantity = version.equals("v1alpha1");
        Object raw = backend.raw("weight").orElse(null);
        if (raw == null) {
            backend.missing("weight", "is missing: add a whole number, 0 for no traffic");
            return BigDecimal.ZERO;
        }
        boolean scalar = raw instanceof Number || raw instanceof String;
        String text = scalar ? plain(raw, backend.numberOrText("weight")) : "";
        boolean good = (quantity ? QUANTITY : WHOLE).matcher(text).matches();
        BigDecimal weight = good ? value(text) : BigDecimal.ZERO;
        if (!good || weight.compareTo(BigDecimal.valueOf(MAX)) > 0) {
            String wanted =
                    quantity
                            ? "a quantity such as 1, 0.5 or 500m, from 0 to "
                            : "a whole number from 0 to ";
            backend.error("weight", "must be " + wanted + MAX + ", is " + Fields.quote(raw));
            return BigDecimal.ZERO;
        }
        return weight;
    }

    /** Readers of YAML and JSON hand over {@code 1.0} or {@code 0.5} as floating point. */
    private static String plain(Object raw, String text) {
        return raw instanceof Number && text.endsWith(".0")
                ? text.substring(0, text.length() - 2)
                : text;
    }

    private static BigDecimal value(String text) {
        return text.endsWith("m")
                ? new BigDecimal(text.substring(0, text.length() - 1)).movePointLeft(3)
                : new BigDecimal(text);
    }

    /** All weights times the least power of ten that makes them whole. */
    static List<Integer> scaled(List<BigDecimal> weights, Fields spec) {
        int places = weights.stream().mapToInt(w -> w.stripTrailingZeros().scale()).max().orElse(0);
        List<Integer> scaled = new ArrayList<>();
        for (BigDecimal weight : weights) {
            BigDecimal whole = weight.movePointRight(Math.max(places, 0));
            if (whole.compareTo(BigDecimal.valueOf(MAX)) > 0) {
                spec.error(
                        "backends",
                        "have weights that differ too much, the largest is more than "
                                + MAX
                                + " times the smallest step: use whole numbers");
                return List.of();
            }
            scaled.add(whole.intValueExact());
        }
        return scaled;
    }
}
