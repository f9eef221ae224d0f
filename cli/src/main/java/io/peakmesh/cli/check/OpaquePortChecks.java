package io.peakmesh.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Whether the control plane could read what is said of opaque ports. */
final class OpaquePortChecks {
    private static final String ANNOTATION = "config.peakmesh.io/opaque-ports";

    private OpaquePortChecks() {}

    static Category of(Answers controlPlane, Commands commands) {
        return new Category(
                "peakmesh-opaque-ports-definition",
                List.of(
                        Check.of(
                                "opaque ports are properly annotated",
                                () -> annotations(controlPlane, commands))));
    }

    private static Finding annotations(Answers controlPlane, Commands commands) {
        List<String> wrong = new ArrayList<>();
        for (JsonNode problem : controlPlane.get("/problems")) {
            if (problem.path("field").asText("").contains(ANNOTATION)) {
                wrong.add(
                        problem.path("object").asText("")
                                + ": "
                                + problem.path("reason").asText(""));
            }
        }
        return wrong.isEmpty()
                ? Finding.good()
                : new Finding.Warning(
                        Few.of(wrong, "cannot be read, the ports before that stay opaque"),
                        commands.mesh("diagnostics problems"));
    }
}
