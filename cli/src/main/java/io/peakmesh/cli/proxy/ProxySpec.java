package io.peakmesh.cli.proxy;

import io.peakmesh.model.TrustDomain;
import io.peakmesh.model.WorkloadName;
import java.nio.file.Path;

/**
 * What a sidecar must know before it can ask the control plane for the rest.
 *
 * @param workload whose sidecar it is
 * @param xdsHost an IP address or a DNS name of the control plane
 * @param roots PEM file of the trust bundle that the control plane's certificate chains to
 * @param tokenDir folder whose file {@code token} proves the workload; replaced by rename as it
 *     ages
 * @param dir folder of its own for its configuration files; made if absent
 * @param adminHost where its admin interface listens; keep it on loopback
 * @param zone of the machine, empty if unknown
 * @param module which Peak-EWMA module it is to use
 */
public record ProxySpec(
        WorkloadName workload,
        String xdsHost,
        int xdsPort,
        TrustDomain trustDomain,
        Path roots,
        Path tokenDir,
        Path dir,
        String adminHost,
        int adminPort,
        String zone,
        ModuleChoice module) {
    /** With the module that this command carries. */
    public ProxySpec(
            WorkloadName workload,
            String xdsHost,
            int xdsPort,
            TrustDomain trustDomain,
            Path roots,
            Path tokenDir,
            Path dir,
            String adminHost,
            int adminPort,
            String zone) {
        this(
                workload,
                xdsHost,
                xdsPort,
                trustDomain,
                roots,
                tokenDir,
                dir,
                adminHost,
                adminPort,
                zone,
                new ModuleChoice.Packed());
    }
}
