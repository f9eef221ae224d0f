package io.peakmesh.xds.translator.bootstrap;

import io.peakmesh.model.WorkloadName;
import java.util.List;

/**
 * What a sidecar is started with. It authenticates its one stream with a bearer token that Envoy
 * itself reads from a file and injects; everything else comes over that stream.
 *
 * @param workload also the node's id, which the control plane checks against the token
 * @param cluster the node's cluster name in Envoy's own statistics, for example the service account
 * @param zone where it runs, empty when unknown
 * @param controlPlane where the control plane takes proxies
 * @param tokenDirectory holds the file {@code token}; it must exist when Envoy starts, and a new
 *     token must come by renaming (Envoy does not see a file written in place)
 * @param tokenSecretFile where the text of {@link #tokenSecret} is put
 * @param maxConnections of apps and peers to this proxy, all listeners together; more are refused
 * @param module whether the Peak-EWMA module is beside this Envoy, which finds it in the folder
 *     that its environment names in {@code ENVOY_DYNAMIC_MODULES_SEARCH_PATH}
 */
public record Bootstrap(
        WorkloadName workload,
        String cluster,
        String zone,
        ControlPlane controlPlane,
        String tokenDirectory,
        String tokenSecretFile,
        Admin admin,
        int maxConnections,
        Module module) {
    /** Above what one app is likely to have open, below a default limit of file descriptors. */
    public static final int MAX_CONNECTIONS = 20_000;

    /**
     * Where and who the control plane is.
     *
     * @param host an IP address or a DNS name
     * @param serverName the DNS SAN that its certificate must have
     * @param rootsFile PEM file, at an absolute path, of the roots that its certificate must chain
     *     to; others must come by renaming in its folder, as the kubelet's do, and then hold from
     *     the next connection on (Envoy does not see a file written in place)
     * @param rootsSecretFile where the text of {@link #rootsSecret} is put
     */
    public record ControlPlane(
            String host, int port, String serverName, String rootsFile, String rootsSecretFile) {
        public ControlPlane {
            if (!rootsFile.startsWith("/")) {
                throw new IllegalArgumentException("not an absolute path: " + rootsFile);
            }
        }

        /** An SDS answer that points at the roots. */
        public String rootsSecret() {
            return ConfigText.rootsSecret(rootsFile);
        }
    }

    /** Envoy's configuration file, in YAML. */
    public String render() {
        return ConfigText.of(this);
    }

    /** The text of {@link #tokenSecretFile}: an SDS answer that points at the token. */
    public String tokenSecret() {
        return ConfigText.tokenSecret(tokenDirectory);
    }

    /**
     * Envoy's arguments after its program name: one worker thread; no hot restart, whose shared
     * memory would be lost on a sidecar; and what a change of policy or of listeners makes old is
     * drained at once and gone after half a minute, not Envoy's ten.
     */
    public List<String> envoyArguments(String configFile) {
        return Arguments.of(List.of("--config-path", configFile), "warning", 1);
    }
}
