package io.peakmesh.cli.cluster;

import io.peakmesh.cli.terminal.HostPort;
import io.peakmesh.model.Settings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a control plane lives in a cluster.
 *
 * @param kubeconfig empty inside the cluster
 * @param state where {@code mesh diagnostics --state} finds it, if anywhere
 * @param namespace its own, where its Secret, its lease and its Service are
 * @param replica what tells it from the others
 * @param webhook where the API server's calls are taken
 * @param injecting how pods get their sidecars
 */
public record ClusterOptions(
        Optional<Path> kubeconfig,
        Optional<Path> state,
        String namespace,
        String replica,
        HostPort webhook,
        Settings settings,
        Injecting injecting) {
    /** The Service by which the API server and the proxies find the replicas that are ready. */
    static final String SERVICE = "peakmesh";

    /**
     * The Service by which the API server has SMI objects converted, also by a replica that is not
     * ready: it becomes so by reading what was converted.
     */
    static final String CONVERSION_SERVICE = "peakmesh-conversion";

    /** Either Service's port for the API server's calls. */
    static final int WEBHOOK_PORT = 443;
}
