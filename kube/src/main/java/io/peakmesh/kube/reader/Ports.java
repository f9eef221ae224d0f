package io.peakmesh.kube.reader;

import io.peakmesh.smi.object.Fields;
import java.util.List;
import java.util.Optional;

/** What the port lists of services, slices and containers have in common. */
final class Ports {
    static final int HIGHEST = 65_535;
    private static final List<String> TRANSPORTS = List.of("TCP", "UDP", "SCTP");

    private Ports() {}

    static int number(Fields port, String field) {
        return port.integer(field, 1, HIGHEST);
    }

    static String transport(Fields port) {
        return oneOf(port, "protocol", TRANSPORTS);
    }

    static String name(Fields port, Names.Form form) {
        String name = port.string("name", "");
        Names.check(port, "name", name, form);
        return name;
    }

    static String appProtocol(Fields port) {
        String text = port.string("appProtocol", "");
        if (text.length() > 253) {
            port.error("appProtocol", "is longer than 253 characters: shorten it");
        }
        return text;
    }

    /** One of the words, the first one where the field is absent. */
    static String oneOf(Fields fields, String field, List<String> words) {
        Optional<String> word = fields.optionalString(field);
        if (word.isEmpty() || words.contains(word.get())) {
            return word.orElse(words.getFirst());
        }
        String choice = String.join(", ", words);
        fields.error(field, "must be one of " + choice + ", is " + Fields.quote(word.get()));
        return words.getFirst();
    }
}
