package io.peakmesh.e2e.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What can be asked of a running test cluster, whatever its nodes are. */
public interface KubernetesApi {
    /** The cluster's folder, which goes with it: pki/, logs, process ids. */
    Path dir();

    /** An administrator's. */
    KubernetesClient client();

    /** A new administrator's client of the cluster in a folder. */
    static KubernetesClient clientOf(Path dir) {
        try {
            return new KubernetesClientBuilder()
                    .withConfig(Config.fromKubeconfig(Files.readString(dir.resolve("kubeconfig"))))
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An administrator's, with a client certificate. */
    default Path kubeconfig() {
        return dir().resolve("kubeconfig");
    }

    /** Runs kubectl as an administrator. */
    default Said kubectl(String... arguments) {
        return kubectlReading("", arguments);
    }

    /** Runs kubectl with something to read, for {@code -f -}. */
    default Said kubectlReading(String input, String... arguments) {
        List<String> command = kubectlCommand();
        command.addAll(List.of(arguments));
        return Said.by(command, Map.of(), input);
    }

    /** The words that kubectl is called with as an administrator; arguments can be added. */
    default List<String> kubectlCommand() {
        // Its cache goes by host and port, which the next cluster has too.
        return new ArrayList<>(
                List.of(
                        "kubectl",
                        "--kubeconfig=" + kubeconfig(),
                        "--cache-dir=" + dir().resolve("kubectl-cache")));
    }

    /**
     * Applies objects by kubectl; throws IllegalStateException with its words if one is refused.
     */
    default Said apply(String... documents) {
        return tryApply(documents).orThrow();
    }

    /** Applies objects by kubectl, and says how that went. */
    default Said tryApply(String... documents) {
        return kubectlReading(String.join("\n---\n", documents), "apply", "-f", "-");
    }
}
