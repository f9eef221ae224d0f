package io.peakmesh.cli.install;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.Kubeconfig;
import io.peakmesh.cli.terminal.Version;
import io.peakmesh.kube.connect.ClusterConnection;
import io.peakmesh.kube.installed.InstalledMesh;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --kubeconfig}, and what is asked of the cluster that it names. */
final class ClusterOption {
    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "How to reach the cluster (default: as kubectl finds it).")
    private @Nullable Path kubeconfig;

    /** A question to a cluster. */
    interface Question<T> {
        T ask(InstalledMesh mesh) throws IOException;
    }

    boolean named() {
        return kubeconfig != null;
    }

    /** The file that was named, else the one that kubectl would read; empty if there is none. */
    Optional<Path> file() {
        return kubeconfig != null ? Optional.of(kubeconfig) : Kubeconfig.usual();
    }

    /**
     * Asks the cluster.
     *
     * @throws CliException if there is none, it does not answer, or it refuses to
     */
    <T> T ask(Question<T> question) {
        Path file =
                file().orElseThrow(() ->
                        new CliException(
                                "there is no kubeconfig: name one with --kubeconfig FILE"));
        try (KubernetesClient client =
                ClusterConnection.open(Optional.of(file), "mesh/" + Version.PEAKMESH)) {
            return question.ask(new InstalledMesh(client));
        } catch (IllegalArgumentException e) {
            throw new CliException("" + e.getMessage(), e);
        } catch (IOException e) {
            throw new CliException(
                    "the cluster cannot be asked (" + e.getMessage() + "); try: kubectl version",
                    e);
        }
    }
}
