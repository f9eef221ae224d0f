package io.peakmesh.cli.check;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Which categories are asked of a cluster, in Linkerd's order.
 *
 * @param cluster throws CliException where nothing leads to one
 * @param meshNamespace the control plane's
 * @param namespace the apps'; empty for all
 * @param expected version
 */
record ClusterPlan(
        Supplier<View> cluster,
        Answers controlPlane,
        Commands commands,
        String meshNamespace,
        String namespace,
        String expected,
        InstantSource clock) {

    /** Before an installation. */
    List<Category> before() {
        List<Category> all = new ArrayList<>(ClusterChecks.of(cluster));
        all.add(
                PreChecks.of(
                        cluster, meshNamespace, commands, new Clocks(cluster, clock, commands)));
        return all;
    }

    /** After one. */
    List<Category> installed(boolean proxies) {
        Installation mesh = new Installation(cluster, meshNamespace, commands);
        List<Category> all = new ArrayList<>(ClusterChecks.of(cluster));
        all.add(ExistenceChecks.of(mesh));
        all.add(ConfigChecks.of(mesh));
        all.add(IdentityChecks.of(mesh, controlPlane, clock));
        all.add(TlsChecks.of(mesh, controlPlane, clock));
        if (proxies) {
            all.add(ProxyIdentityChecks.of(mesh, controlPlane, namespace));
        }
        all.addAll(VersionChecks.of(mesh, controlPlane, expected));
        all.add(ControlPlaneChecks.ofCluster(controlPlane, commands));
        if (mesh.highlyAvailable()) {
            all.add(HaChecks.of(mesh));
        }
        if (proxies) {
            all.add(InjectedChecks.of(mesh, controlPlane, namespace));
            all.add(OpaquePortChecks.of(controlPlane, commands));
        }
        return all;
    }
}
