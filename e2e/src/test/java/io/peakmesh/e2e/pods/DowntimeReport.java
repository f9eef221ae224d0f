package io.peakmesh.e2e.pods;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** What was lost while the mesh was changed or broken: told as it comes, and as Markdown. */
final class DowntimeReport {
    private final String loadBefore = Machine.load();
    private final List<String> lines = new ArrayList<>();

    void say(String line) {
        System.out.println("downtime: " + line);
        lines.add("- " + line);
    }

    void write() throws IOException {
        String text =
                """
                # What the mesh loses while it is changed or broken, %s

                Machine: %s. Load average before %s, after %s. Commit %s.

                Two nodes with containerd, kubelet and kube-proxy; etcd and API server share their
                cores. `mesh install --ha`, then the shop of charts/sample under the load of its own
                generator, each app with a PodDisruptionBudget of one. The goal is 0 failed.

                %s
                """
                        .formatted(
                                LocalDate.now(ZoneOffset.UTC),
                                Machine.name(),
                                loadBefore,
                                Machine.load(),
                                System.getProperty("downtime.revision", "unknown"),
                                String.join("\n", lines));
        Files.writeString(Path.of(System.getProperty("downtime.out", "target/downtime.md")), text);
    }
}
