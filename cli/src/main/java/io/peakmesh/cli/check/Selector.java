package io.peakmesh.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** A label selector as Kubernetes has them in objects. */
final class Selector {
    private Selector() {}

    /** One that is empty or absent matches everything. */
    static boolean matches(JsonNode selector, Map<String, String> labels) {
        for (Map.Entry<String, JsonNode> wanted : selector.path("matchLabels").properties()) {
            if (!wanted.getValue().asText("").equals(labels.get(wanted.getKey()))) {
                return false;
            }
        }
        for (JsonNode expression : selector.path("matchExpressions")) {
            String value = labels.get(expression.path("key").asText(""));
            boolean listed =
                    value != null
                            && expression
                                    .path("values")
                                    .valueStream()
                                    .anyMatch(one -> one.asText("").equals(value));
            boolean holds =
                    switch (expression.path("operator").asText("")) {
                        case "In" -> listed;
                        case "NotIn" -> !listed;
                        case "Exists" -> value != null;
                        case "DoesNotExist" -> value == null;
                        default -> true;
                    };
            if (!holds) {
                return false;
            }
        }
        return true;
    }
}
