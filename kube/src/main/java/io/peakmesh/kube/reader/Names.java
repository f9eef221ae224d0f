package io.peakmesh.kube.reader;

import io.peakmesh.smi.object.Fields;
import java.util.regex.Pattern;

/** The forms of names in Kubernetes, as its "Object Names and IDs" page gives them. */
final class Names {
    private static final String WORD = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";

    enum Form {
        /** RFC 1123 label. */
        LABEL(
                63,
                WORD,
                "lower-case letters, digits and '-', at most 63, a letter or digit at both ends"),
        /** RFC 1123 subdomain. */
        SUBDOMAIN(
                253,
                WORD + "(\\." + WORD + ")*",
                "lower-case letters, digits, '-' and '.', at most 253, a letter or digit at both"
                        + " ends of each part"),
        /** RFC 6335 service name: a port's name when something else refers to it. */
        PORT(
                15,
                "(?=.*[a-z])(?!.*--)" + WORD,
                "lower-case letters, digits and single '-', at most 15, at least one letter"),
        /** A label's value, which the name of a zone is. */
        LABEL_VALUE(
                63,
                "[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?",
                "letters, digits, '-', '_' and '.', at most 63, a letter or digit at both ends");

        private final int longest;
        private final Pattern pattern;
        private final String rule;

        Form(int longest, String pattern, String rule) {
            this.longest = longest;
            this.pattern = Pattern.compile(pattern);
            this.rule = rule;
        }

        boolean fits(String name) {
            // The length first: it also bounds the pattern's recursion.
            return name.length() <= longest && pattern.matcher(name).matches();
        }
    }

    private Names() {}

    /** Reports a name that does not fit; an empty one is for others to judge. */
    static void check(Fields fields, String field, String name, Form form) {
        if (!name.isEmpty() && !form.fits(name)) {
            fields.error(field, "is " + Fields.quote(name) + ": a name is of " + form.rule);
        }
    }
}
