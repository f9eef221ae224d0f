package io.peakmesh.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.Version;
import io.peakmesh.kube.connect.ClusterConnection;
import io.peakmesh.kube.dryrun.DryRun;
import io.peakmesh.model.Invalid;
import io.peakmesh.model.ObjectRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a cluster would refuse of these files; it stores nothing. */
final class ClusterDryRun {
    private ClusterDryRun() {}

    static List<Invalid> of(Path kubeconfig, List<Path> paths) throws IOException {
        List<Invalid> refused = new ArrayList<>();
        try (KubernetesClient client =
                ClusterConnection.open(Optional.of(kubeconfig), "mesh/" + Version.PEAKMESH)) {
            for (Path path : paths) {
                for (Path file : files(path)) {
                    Path shown = file.equals(path) ? file : path.relativize(file);
                    for (DryRun.Refusal refusal : DryRun.of(client, Files.readAllBytes(file))) {
                        refused.add(invalid(shown, refusal));
                    }
                }
            }
        } catch (IllegalArgumentException e) {
            throw new CliException("" + e.getMessage(), e);
        } catch (KubernetesClientException e) {
            throw new CliException(
                    "the cluster does not answer (" + e.getMessage() + "); try: kubectl version",
                    e);
        }
        return refused;
    }

    private static List<Path> files(Path path) throws IOException {
        try (Stream<Path> below = Files.walk(path)) {
            return below.filter(Files::isRegularFile)
                    .filter(file ->
                            file.equals(path) || file.toString().matches(".*\\.(yaml|yml|json)"))
                    .sorted()
                    .toList();
        }
    }

    private static Invalid invalid(Path file, DryRun.Refusal refusal) {
        String[] words = refusal.object().split(" ", 2);
        String path = words.length == 2 ? words[1] : "";
        int slash = path.indexOf('/');
        ObjectRef where =
                new ObjectRef(
                        words[0],
                        slash < 0 ? "" : path.substring(0, slash),
                        path.substring(slash + 1),
                        file.toString());
        return Invalid.error(where, "", "the cluster refuses it: " + refusal.reason());
    }
}
