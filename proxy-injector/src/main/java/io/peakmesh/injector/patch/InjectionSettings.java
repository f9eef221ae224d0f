package io.peakmesh.injector.patch;

import java.util.Map;

/**
 * What is the same for all pods of a mesh.
 *
 * @param proxyImage with its tag
 * @param imagePullPolicy {@code Always}, {@code IfNotPresent} or {@code Never}
 * @param xdsHost a DNS name or an address of the control plane
 * @param trustDomain as in {@code cluster.local}
 * @param version of the mesh, noted on each pod
 * @param module what the image's Peak-EWMA module calls itself, as in {@code v1}
 * @param nativeSidecars whether the cluster has them: Kubernetes 1.29 and newer
 * @param defaults of the annotations {@code config.peakmesh.io/…}, by what follows the slash; a
 *     namespace's annotation goes before these, a pod's before that
 */
public record InjectionSettings(
        String proxyImage,
        String imagePullPolicy,
        String xdsHost,
        int xdsPort,
        String trustDomain,
        String version,
        String module,
        boolean nativeSidecars,
        Map<String, String> defaults) {
    public InjectionSettings {
        defaults = Map.copyOf(defaults);
    }
}
