package io.peakmesh.cli.install.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;

/** Judges values by the chart's JSON schema, as Helm does. */
final class ValuesSchema {
    private ValuesSchema() {}

    static List<String> faults(String schemaText, JsonNode values) {
        Schema schema =
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                        .getSchema(schemaText);
        return schema.validate(values).stream()
                .map(error -> place(error.getInstanceLocation().toString()) + error.getMessage())
                .sorted()
                .toList();
    }

    /** As values are written with {@code --set}. */
    private static String place(String pointer) {
        String path = pointer.replaceFirst("^/", "").replace('/', '.');
        return path.isEmpty() ? "" : path + ": ";
    }
}
