package io.peakmesh.cli.check;

/**
 * The commands that a user is told to run next, ready to be typed.
 *
 * @param where the flags that name the control plane, empty for the one that is asked by default
 * @param cluster whether it is a cluster's
 */
record Commands(String where, boolean cluster) {
    /** For a control plane of this machine. */
    Commands(String where) {
        this(where, false);
    }

    /** Starts a workload's proxy, or shows why it does not connect. */
    String proxyOf(String workload) {
        int slash = workload.indexOf('/');
        return cluster
                ? kubectl(
                        "logs -n "
                                + workload.substring(0, slash)
                                + " "
                                + workload.substring(slash + 1)
                                + " -c "
                                + PodFacts.PROXY)
                : mesh("proxy --workload " + workload);
    }

    /** {@code mesh …} for this control plane. */
    String mesh(String words) {
        return "mesh " + words + (where.isEmpty() ? "" : " " + where);
    }

    /** {@code kubectl …} for this cluster. */
    String kubectl(String words) {
        return "kubectl " + words + (where.startsWith("--kubeconfig ") ? " " + where : "");
    }

    /**
     * Makes the cluster have what {@code mesh install} renders; right after an installation too.
     */
    String install() {
        return "mesh install | " + kubectl("apply -f -");
    }

    /** Makes the objects of an installation as this command's version has them. */
    String upgrade() {
        return mesh("upgrade") + " | " + kubectl("apply -f -");
    }
}
