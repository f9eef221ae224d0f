package io.peakmesh.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.peakmesh.cli.terminal.Version;
import java.util.ArrayList;
import java.util.List;

/** Whether a control plane serves, and all that it was given. */
final class ControlPlaneChecks {
    private final Answers controlPlane;
    private final Commands commands;

    private ControlPlaneChecks(Answers controlPlane, Commands commands) {
        this.controlPlane = controlPlane;
        this.commands = commands;
    }

    static Category of(Answers controlPlane, Commands commands) {
        ControlPlaneChecks checks = new ControlPlaneChecks(controlPlane, commands);
        return new Category(
                "peakmesh-control-plane",
                List.of(
                        Check.awaited("control plane is running", checks::running).asDecisive(),
                        Check.of("control plane and this command are of one version", checks::same),
                        Check.awaited("its source is connected", checks::source),
                        Check.of("every object was read without a mistake", checks::mistakes)));
    }

    /** In a cluster, where versions are compared and absence is told elsewhere too. */
    static Category ofCluster(Answers controlPlane, Commands commands) {
        ControlPlaneChecks checks = new ControlPlaneChecks(controlPlane, commands);
        return new Category(
                "peakmesh-control-plane",
                List.of(
                        Check.awaited("control plane is running", checks::running).asFirst(),
                        Check.awaited("its source is connected", checks::source),
                        Check.of("every object was read without a mistake", checks::mistakes)));
    }

    private Finding running() {
        controlPlane.get("/version");
        return Finding.good();
    }

    private Finding same() {
        String version = controlPlane.get("/version").path("peakmesh").asText();
        return version.equals(Version.PEAKMESH)
                ? Finding.good()
                : new Finding.Warning(
                        "the control plane is " + version + ", this command is " + Version.PEAKMESH,
                        commands.mesh("control-plane --source DIR"));
    }

    private Finding source() {
        List<String> away = new ArrayList<>();
        for (JsonNode feed : controlPlane.get("/source").path("feeds")) {
            if (!feed.path("connected").asBoolean()) {
                String trouble = feed.path("trouble").asText();
                away.add(feed.path("kind").asText() + (trouble.isEmpty() ? "" : ": " + trouble));
            }
        }
        return away.isEmpty()
                ? Finding.good()
                : new Finding.Warning(
                        Few.of(away, "not watched now, what is known of them stays served"),
                        "kubectl get --raw /readyz");
    }

    private Finding mistakes() {
        List<String> mistakes = new ArrayList<>();
        for (JsonNode problem : controlPlane.get("/problems")) {
            if (problem.path("severity").asText().equals("error")) {
                String field = problem.path("field").asText();
                mistakes.add(
                        problem.path("object").asText()
                                + ": "
                                + (field.isEmpty() ? "" : field + " ")
                                + problem.path("reason").asText());
            }
        }
        return mistakes.isEmpty()
                ? Finding.good()
                : new Finding.Warning(
                        Few.of(mistakes, "refused, the mesh is served without them"),
                        commands.mesh("diagnostics problems"));
    }
}
