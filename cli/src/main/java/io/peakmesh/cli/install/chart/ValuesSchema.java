package io.peakmesh.cli.install.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.ArrayList;
import java.util.List;

/** Judges values by the chart's JSON schema, as Helm does. */
final class ValuesSchema {
    private ValuesSchema() {}

    static List<String> faults(String schemaText, JsonNode values) {
        return errors(schemaText, values).stream()
                .map(error -> {
                    String path = path(error);
                    return (path.isEmpty() ? "" : path + ": ") + error.getMessage();
                })
                .sorted()
                .toList();
    }

    /** Takes away the keys that the schema does not know, and gives their names. */
    static List<String> dropUnknown(String schemaText, ObjectNode values) {
        List<String> dropped = new ArrayList<>();
        for (Error error : errors(schemaText, values)) {
            if (error.getKeyword().equals("additionalProperties")
                    && values.at(error.getInstanceLocation().toString())
                            instanceof ObjectNode parent) {
                parent.remove(error.getProperty());
                String path = path(error);
                dropped.add((path.isEmpty() ? "" : path + ".") + error.getProperty());
            }
        }
        return dropped.stream().sorted().toList();
    }

    private static List<Error> errors(String schemaText, JsonNode values) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                .getSchema(schemaText)
                .validate(values);
    }

    /** As values are written with {@code --set}. */
    private static String path(Error error) {
        return error.getInstanceLocation().toString().replaceFirst("^/", "").replace('/', '.');
    }
}
