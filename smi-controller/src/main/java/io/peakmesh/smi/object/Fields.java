package io.peakmesh.smi.object;

import io.peakmesh.model.Invalid;
import io.peakmesh.model.ObjectRef;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads an object of nested maps, lists and scalars by field name, and writes each mistake into a
 * list with the field's path, for example {@code spec.ports[0].port: must be a whole number from 1
 * to 65535, is 'abc'}. It never throws for what stands in the tree: a wrong or missing value reads
 * as the empty one, and {@link #failed()} says that the object must not be used.
 *
 * <p>Limits: a tree deeper than {@value #MAX_DEPTH} or of more than {@value #MAX_NODES} values is
 * refused whole and reads as empty; at most {@value Report#MAX_PROBLEMS} problems are reported for
 * one object; a bad value is quoted up to {@value #MAX_QUOTE} characters.
 */
public final class Fields {
    public static final int MAX_DEPTH = 32;
    public static final int MAX_NODES = 100_000;
    public static final int MAX_QUOTE = 60;

    private final Report report;
    private final String path;
    private final Map<String, @Nullable Object> values;
    private boolean misspelt;

    private Fields(Report report, String path, Map<?, ?> values) {
        this.report = report;
        this.path = path;
        this.values = new LinkedHashMap<>();
        values.forEach((key, value) -> {
            if (key instanceof String || key instanceof Number || key instanceof Boolean) {
                this.values.put(String.valueOf(key), value);
            } else {
                report.error(path, "has a key that is no text: give every field a name");
            }
        });
    }

    /** Reads {@code root}, the object that {@code where} names; mistakes are added to the sink. */
    public static Fields of(ObjectRef where, Map<?, ?> root, List<Invalid> sink) {
        Report report = new Report(where, sink);
        String bloat = Bounds.exceeded(root);
        if (bloat.isEmpty()) {
            return new Fields(report, "", root);
        }
        report.error("", bloat);
        return new Fields(report, "", Map.of());
    }

    /** Where this object's problems go, for those who find more of them. */
    public Report report() {
        return report;
    }

    /** Whether any error was reported about this object, here or anywhere else in it. */
    public boolean failed() {
        return report.errors() > 0;
    }

    /** How many errors were reported about this object so far. */
    public int errors() {
        return report.errors();
    }

    public ObjectRef where() {
        return report.where();
    }

    /** The path of this part in the object, empty at the root. */
    public String path() {
        return path;
    }

    /** The path of a field of this part; a label's or an annotation's name stands in brackets. */
    public String path(String name) {
        String field = shortened(name);
        if (!path.isEmpty() && (field.indexOf('.') >= 0 || field.indexOf('/') >= 0)) {
            return path + "[" + field + "]";
        }
        return path.isEmpty() ? field : path + "." + field;
    }

    /** Whether the field is there and not null. */
    public boolean has(String name) {
        return values.get(name) != null;
    }

    /** The names of this part's fields, in their order. */
    public List<String> names() {
        return List.copyOf(values.keySet());
    }

    /**
     * Reports every field of this part that is none of {@code known}: for parts where a misspelt
     * name would let more through than its author meant.
     */
    public void refuseOthersThan(List<String> known) {
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                String field = quote(name);
                misspelt = true;
                report.error(
                        path, "has a field " + field + " that is not known: use " + listed(known));
            }
        }
    }

    /** Reports that a field is not there, unless a misspelt one is: that one is reported. */
    public void missing(String name, String reason) {
        if (!misspelt) {
            error(name, reason);
        }
    }

    private static String listed(List<String> names) {
        return names.size() < 2
                ? String.join("", names)
                : String.join(", ", names.subList(0, names.size() - 1)) + " or " + names.getLast();
    }

    /** The field as it stands; empty when absent or null. */
    public Optional<Object> raw(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /**
     * A nested object; an absent one reads as one without fields. One that is no object is one
     * mistake: what is missing in it is not reported too.
     */
    public Fields object(String name) {
        Object value = values.get(name);
        if (value instanceof Map<?, ?> map) {
            return new Fields(report, path(name), map);
        }
        if (value != null) {
            error(name, "must be an object with fields, is " + quote(value));
            return new Fields(report.muted(), path(name), Map.of());
        }
        return new Fields(report, path(name), Map.of());
    }

    /** A nested object that must be there; a missing one is one mistake. */
    public Fields requiredObject(String name) {
        if (!has(name)) {
            requirePresent(name);
            return new Fields(report.muted(), path(name), Map.of());
        }
        return object(name);
    }

    /** A list of objects, at most {@code max}; absent reads as empty. A bad element is left out. */
    public List<Fields> list(String name, int max) {
        List<?> items = items(name, max);
        List<Fields> result = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            String itemPath = path(name) + "[" + i + "]";
            if (items.get(i) instanceof Map<?, ?> map) {
                result.add(new Fields(report, itemPath, map));
            } else {
                report.error(itemPath, "must be an object with fields, is " + quote(items.get(i)));
            }
        }
        return Collections.unmodifiableList(result);
    }

    /**
     * A list of objects, 1 to {@code max}; one that is missing or empty is reported with this
     * reason, once.
     */
    public List<Fields> filledList(String name, int max, String reason) {
        int before = errors();
        List<Fields> items = list(name, max);
        if (items.isEmpty() && errors() == before) {
            missing(name, reason);
        }
        return items;
    }

    /** A list of objects, at most 1,000. */
    public List<Fields> list(String name) {
        return list(name, 1_000);
    }

    /** A list of texts, at most {@code max}; absent reads as empty. */
    public List<String> strings(String name, int max) {
        List<?> items = items(name, max);
        List<String> result = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            text(path(name) + "[" + i + "]", items.get(i)).ifPresent(result::add);
        }
        return Collections.unmodifiableList(result);
    }

    /** A list of whole numbers, at most {@code max}; absent reads as empty. */
    public List<Integer> integers(String name, int max, int lowest, int highest) {
        List<?> items = items(name, max);
        List<Integer> result = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            whole(path(name) + "[" + i + "]", items.get(i), lowest, highest).ifPresent(result::add);
        }
        return Collections.unmodifiableList(result);
    }

    /** A map of texts (labels, annotations, a selector), at most {@code max} entries. */
    public SortedMap<String, String> stringMap(String name, int max) {
        Fields map = object(name);
        TreeMap<String, String> result = new TreeMap<>();
        if (map.values.size() > max) {
            error(name, "has " + map.values.size() + " entries: at most " + max + " are taken");
        } else {
            map.values.forEach((key, value) ->
                    text(map.path(key), value).ifPresent(text -> result.put(key, text)));
        }
        return Collections.unmodifiableSortedMap(result);
    }

    /** A text that must be there and not be empty; reads as empty text where it is not. */
    public String string(String name) {
        requirePresent(name);
        String text = optionalString(name).orElse("");
        if (text.isEmpty() && values.get(name) instanceof String) {
            error(name, "is empty: give it a value");
        }
        return text;
    }

    /** A text that may be absent. */
    public Optional<String> optionalString(String name) {
        Object value = values.get(name);
        return value == null ? Optional.empty() : text(path(name), value);
    }

    /** A text that may be absent, then the default. */
    public String string(String name, String otherwise) {
        return optionalString(name).orElse(otherwise);
    }

    /** A whole number that may be absent; a number in quotes is refused, as Kubernetes does. */
    public OptionalInt optionalInt(String name, int lowest, int highest) {
        Object value = values.get(name);
        if (value == null) {
            return OptionalInt.empty();
        }
        Optional<Integer> number = whole(path(name), value, lowest, highest);
        return number.isPresent() ? OptionalInt.of(number.get()) : OptionalInt.empty();
    }

    /** A whole number that must be there; reads as {@code lowest} where it is not. */
    public int integer(String name, int lowest, int highest) {
        requirePresent(name);
        return optionalInt(name, lowest, highest).orElse(lowest);
    }

    /** A number or a text, as text (Kubernetes' IntOrString); absent reads as empty text. */
    public String numberOrText(String name) {
        Object value = values.get(name);
        if (value instanceof Number number) {
            return quoteNumber(number);
        }
        return value == null ? "" : text(path(name), value).orElse("");
    }

    /** True or false; absent reads as {@code otherwise}. */
    public boolean bool(String name, boolean otherwise) {
        Object value = values.get(name);
        if (value instanceof Boolean bool) {
            return bool;
        }
        if (value != null) {
            error(name, "must be true or false, is " + quote(value));
        }
        return otherwise;
    }

    /** Reports a mistake in a field of this part; an empty name means the part itself. */
    public void error(String name, String reason) {
        report.error(name.isEmpty() ? path : path(name), reason);
    }

    /** Remarks on a field of this part; an empty name means the part itself. */
    public void warning(String name, String reason) {
        report.warning(name.isEmpty() ? path : path(name), reason);
    }

    /** A value for people: short, on one line, never a whole tree. */
    public static String quote(@Nullable Object value) {
        return switch (value) {
            case null -> "empty";
            case Map<?, ?> map -> "an object of " + map.size() + " fields";
            case List<?> list -> "a list of " + list.size();
            case Number number -> quoteNumber(number);
            case Boolean bool -> bool.toString();
            case CharSequence text -> "'" + shortened(text) + "'";
            default -> "a " + value.getClass().getSimpleName();
        };
    }

    private static String quoteNumber(Number number) {
        // BigDecimal and BigInteger print thousands of digits when a file holds 1e9999.
        if (number instanceof BigDecimal decimal) {
            return shortened(decimal.toString());
        }
        if (number instanceof java.math.BigInteger big && big.bitLength() > 256) {
            return "a number of " + big.bitLength() + " bits";
        }
        return shortened(number.toString());
    }

    private static String shortened(CharSequence text) {
        boolean cut = text.length() > MAX_QUOTE;
        StringBuilder line = new StringBuilder();
        int end = cut ? MAX_QUOTE - 1 : text.length();
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            boolean loneHalf = Character.isHighSurrogate(c) && i + 1 == end;
            line.append(Character.isISOControl(c) || loneHalf ? ' ' : c);
        }
        return cut ? line.append('…').toString() : line.toString();
    }

    private void requirePresent(String name) {
        if (!has(name)) {
            missing(name, "is missing: add it");
        }
    }

    private List<?> items(String name, int max) {
        Object value = values.get(name);
        if (value instanceof List<?> list) {
            if (list.size() <= max) {
                return list;
            }
            error(name, "has " + list.size() + " entries: at most " + max + " are taken");
        } else if (value != null) {
            error(name, "must be a list, is " + quote(value));
        }
        return List.of();
    }

    private Optional<String> text(String at, @Nullable Object value) {
        if (value instanceof String text) {
            return Optional.of(text);
        }
        String remedy =
                value instanceof Number || value instanceof Boolean ? ": put it in quotes" : "";
        report.error(at, "must be text, is " + quote(value) + remedy);
        return Optional.empty();
    }

    private Optional<Integer> whole(String at, @Nullable Object value, int lowest, int highest) {
        Optional<Integer> number = Wholes.of(value).filter(n -> n >= lowest && n <= highest);
        if (number.isEmpty()) {
            boolean quoted = value instanceof String text && text.matches("[0-9]{1,9}");
            report.error(
                    at,
                    "must be a whole number from "
                            + lowest
                            + " to "
                            + highest
                            + ", is "
                            + quote(value)
                            + (quoted ? ": leave out the quotes" : ""));
        }
        return number;
    }
}
