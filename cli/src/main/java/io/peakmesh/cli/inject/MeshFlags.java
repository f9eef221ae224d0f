package io.peakmesh.cli.inject;

import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.Version;
import io.peakmesh.injector.patch.InjectionSettings;
import io.peakmesh.peakewma.module.PeakEwmaModule;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** What the mesh is like that the sidecars are for, by default as {@code mesh install} makes it. */
final class MeshFlags {
    private static final int XDS_PORT = 15010;
    private static final int NATIVE_SIDECARS_MINOR = 29;
    private static final Pattern KUBERNETES = Pattern.compile("v?1\\.([0-9]{1,3})([.+-].*)?");

    @Option(
            names = "--control-plane-namespace",
            paramLabel = "NAME",
            defaultValue = "peakmesh",
            description = "Where the control plane runs (default: ${DEFAULT-VALUE}).")
    private String controlPlaneNamespace = "peakmesh";

    @Option(
            names = "--trust-domain",
            paramLabel = "NAME",
            defaultValue = "cluster.local",
            description = "As the control plane has it (default: ${DEFAULT-VALUE}).")
    private String trustDomain = "cluster.local";

    @Option(
            names = "--cluster-domain",
            paramLabel = "NAME",
            defaultValue = "cluster.local",
            description = "The DNS suffix of services (default: ${DEFAULT-VALUE}).")
    private String clusterDomain = "cluster.local";

    @Option(
            names = "--proxy-image",
            paramLabel = "IMAGE",
            defaultValue = "peakmesh/proxy:" + Version.PEAKMESH,
            description = "The sidecar's image (default: ${DEFAULT-VALUE}).")
    private String proxyImage = "peakmesh/proxy:" + Version.PEAKMESH;

    @Option(
            names = "--image-pull-policy",
            paramLabel = "POLICY",
            defaultValue = "IfNotPresent",
            description = "Always, IfNotPresent or Never (default: ${DEFAULT-VALUE}).")
    private String imagePullPolicy = "IfNotPresent";

    @Option(
            names = "--kubernetes-version",
            paramLabel = "VERSION",
            defaultValue = "1.29",
            description =
                    "The cluster's, as in 1.28: before 1.29 the sidecar is an ordinary container"
                            + " (default: ${DEFAULT-VALUE} or newer).")
    private String kubernetesVersion = "1.29";

    InjectionSettings settings() {
        Matcher version = KUBERNETES.matcher(kubernetesVersion);
        if (!version.matches()) {
            throw new CliException(
                    "--kubernetes-version must be as in 1.28 or v1.33.1, is " + kubernetesVersion);
        }
        return new InjectionSettings(
                proxyImage,
                imagePullPolicy,
                "peakmesh." + controlPlaneNamespace + ".svc." + clusterDomain,
                XDS_PORT,
                trustDomain,
                Version.PEAKMESH,
                PeakEwmaModule.MARKER,
                Integer.parseInt(version.group(1)) >= NATIVE_SIDECARS_MINOR,
                Map.of());
    }
}
