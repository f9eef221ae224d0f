package io.peakmesh.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.peakmesh.cli.terminal.Kubeconfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Which control plane a command asks: that of a state folder, or that of a cluster. */
public final class ControlPlaneAddress {
    /** Where a control plane keeps its state unless it is told otherwise. */
    public static final Path DEFAULT_STATE = Path.of(".peakmesh");

    @Option(
            names = "--state",
            scope = ScopeType.INHERIT,
            paramLabel = "DIR",
            description =
                    "The state folder of a control plane on this machine (default: .peakmesh if one"
                            + " works on it, else the cluster that kubectl would ask).")
    private @Nullable Path state;

    @Option(
            names = "--kubeconfig",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "Ask the control plane of this cluster, through its API server.")
    private @Nullable Path kubeconfig;

    private @Nullable ClusterAdmin cluster;

    /** The state folder, for what is kept beside a control plane. */
    public Path state() {
        return state == null ? DEFAULT_STATE : state;
    }

    /** What of it was said on the command line, ready to be typed again. */
    public String flags() {
        if (kubeconfig != null) {
            return "--kubeconfig " + kubeconfig;
        }
        return state == null || state.equals(DEFAULT_STATE) ? "" : "--state " + state;
    }

    /** The cluster's configuration; empty if a state folder is meant. */
    public Optional<Path> kubeconfig() {
        if (kubeconfig != null) {
            return Optional.of(kubeconfig);
        }
        boolean here = state != null || Files.exists(DEFAULT_STATE.resolve(AdminServer.FILE));
        return here ? Optional.empty() : Kubeconfig.usual();
    }

    /** Asks; throws CliException with what to do if there is no answer. */
    public JsonNode get(String path) {
        Optional<Path> config = kubeconfig();
        if (config.isEmpty()) {
            return AdminClient.of(state()).get(path);
        }
        if (cluster == null) {
            cluster = ClusterAdmin.open(config.get());
        }
        return cluster.get(path);
    }
}
