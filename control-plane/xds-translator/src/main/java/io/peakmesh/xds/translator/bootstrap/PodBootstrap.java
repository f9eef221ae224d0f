package io.peakmesh.xds.translator.bootstrap;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the Envoy of an injected pod is started with: as {@link Bootstrap}, but the same text for
 * all pods of a template, since each pod's own name and address reach it when its containers start.
 * Paths and ports are those of {@link ProxyImage}.
 *
 * <p>On the pod's address, port {@link ProxyImage#READY_PORT}, it answers GET {@code /ready} with
 * 200 from when it has its listeners (before that it does not accept), and {@code /probes/0},
 * {@code /probes/1} and so on for its app: 200 to 399 is well, all else is not. HTTP is asked when
 * the kubelet asks, at the pod's address with the kubelet's headers. A TCP port and a gRPC server
 * are asked every {@value PodListenerText#INTERVAL_SECONDS} seconds, and the last outcome is told.
 *
 * @param controlPlane with {@link ProxyImage#ROOTS} and {@link ProxyImage#ROOTS_SECRET}
 * @param probes in the order of their paths
 */
public record PodBootstrap(
        Bootstrap.ControlPlane controlPlane, Module module, List<AppProbe> probes) {
    /**
     * The environment that {@link #envoyArguments} is expanded with, each variable with the field
     * of the pod that it must have as its value.
     */
    public static final SortedMap<String, String> ENVIRONMENT =
            Collections.unmodifiableSortedMap(
                    new TreeMap<>(
                            Map.of(
                                    "POD_NAME", "metadata.name",
                                    "POD_NAMESPACE", "metadata.namespace",
                                    "POD_IP", "status.podIP")));

    public PodBootstrap {
        probes = List.copyOf(probes);
    }

    /** The path at which the probe of this index in {@link #probes} is answered. */
    public static String probePath(int index) {
        return "/probes/" + index;
    }

    /**
     * Envoy's configuration in YAML. Of what Kubernetes expands in a container's arguments it has
     * {@code $(POD_IP)} only, and no other dollar sign: values with one are written without.
     */
    public String render() {
        return ConfigText.of(this);
    }

    /** The text of {@link ProxyImage#TOKEN_SECRET}. */
    public static String tokenSecret() {
        return ConfigText.tokenSecret(ProxyImage.IDENTITY_DIR);
    }

    /** The text of {@link ProxyImage#ROOTS_SECRET}. */
    public static String rootsSecret() {
        return ConfigText.rootsSecret(ProxyImage.ROOTS);
    }

    /**
     * The container's arguments, to be expanded with {@link #ENVIRONMENT}.
     *
     * @param logLevel one of Envoy's
     * @param concurrency worker threads
     */
    public List<String> envoyArguments(String logLevel, int concurrency) {
        return Arguments.of(
                List.of(
                        "--service-node",
                        "$(POD_NAMESPACE)/$(POD_NAME)",
                        "--service-cluster",
                        "$(POD_NAMESPACE)",
                        "--config-yaml",
                        render()),
                logLevel,
                concurrency);
    }
}
