package io.peakmesh.injector.patch;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What holds for one pod: its own annotations before its namespace's before the mesh's defaults.
 */
final class PodSettings {
    private final Map<Setting, String> said = new EnumMap<>(Setting.class);

    private PodSettings() {}

    static PodSettings of(
            Map<String, Object> podAnnotations,
            NamespaceFacts namespace,
            InjectionSettings settings)
            throws Unfit {
        PodSettings out = new PodSettings();
        Map<String, String> defaults = new TreeMap<>();
        settings.defaults()
                .forEach((key, value) -> {
                    // the mesh's values say "none" as an empty text
                    if (!value.isBlank()) {
                        defaults.put(Names.CONFIG + key, value);
                    }
                });
        out.read(defaults, "", " (a default in the mesh's configuration)");
        String where = " (of namespace " + namespace.name() + ")";
        out.read(namespace.annotations(), "", where);
        Map<String, String> own = new TreeMap<>();
        podAnnotations.forEach((key, value) -> own.put(key, String.valueOf(value)));
        out.read(own, "", "");
        return out;
    }

    private void read(Map<String, String> annotations, String before, String after) throws Unfit {
        for (Map.Entry<String, String> entry : new TreeMap<>(annotations).entrySet()) {
            if (entry.getKey().startsWith(Names.CONFIG)) {
                String field = before + Names.annotation(entry.getKey()) + after;
                String name = entry.getKey().substring(Names.CONFIG.length());
                Setting setting = named(name).orElseThrow(() -> unknown(field, name));
                if (!setting.fits(entry.getValue())) {
                    throw new Unfit(
                            field,
                            "must be " + setting.wanted() + ", is " + quoted(entry.getValue()));
                }
                said.put(setting, entry.getValue());
            }
        }
    }

    private static Optional<Setting> named(String name) {
        for (Setting setting : Setting.values()) {
            if (setting.key().equals(name)) {
                return Optional.of(setting);
            }
        }
        return Optional.empty();
    }

    private static Unfit unknown(String field, String name) {
        List<String> known = new ArrayList<>();
        for (Setting setting : Setting.values()) {
            known.add(setting.key());
        }
        String near =
                known.stream()
                        .filter(key -> distance(key, name) <= 3)
                        .min((a, b) -> Integer.compare(distance(a, name), distance(b, name)))
                        .map(key -> "; did you mean " + Names.CONFIG + key)
                        .orElse("");
        return new Unfit(
                field,
                "is not known"
                        + near
                        + "; there are, after "
                        + Names.CONFIG
                        + ", "
                        + String.join(", ", known));
    }

    /** Levenshtein's distance, of names cut to a length that no known one has. */
    private static int distance(String a, String b) {
        String other = b.length() > 60 ? b.substring(0, 60) : b;
        int[] row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }

    static String quoted(String text) {
        return "'" + (text.length() > 100 ? text.substring(0, 100) + "…" : text) + "'";
    }

    /** Empty where nothing is said and there is no value of ours. */
    String get(Setting setting) {
        return said.getOrDefault(setting, setting.otherwise());
    }

    boolean says(Setting setting) {
        return said.containsKey(setting);
    }

    int number(Setting setting) {
        return Integer.parseInt(get(setting));
    }

    /** A comma list without blanks. */
    String list(Setting setting) {
        return String.join(",", Setting.items(get(setting))).replace(" ", "");
    }
}
