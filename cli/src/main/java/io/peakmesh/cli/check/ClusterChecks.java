package io.peakmesh.cli.check;

import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether there is a cluster that answers, and whether it is new enough. */
final class ClusterChecks {
    private static final Pattern VERSION = Pattern.compile("v?([0-9]+)\\.([0-9]+).*");
    private static final int MAJOR = 1;

    /** The first with projected tokens and EndpointSlices as v1. */
    private static final int OLDEST = 21;

    /** The first with native sidecars by default. */
    private static final int NATIVE_SIDECARS = 29;

    private final Supplier<View> cluster;

    private ClusterChecks(Supplier<View> cluster) {
        this.cluster = cluster;
    }

    /** {@code cluster} throws CliException where nothing leads to a cluster. */
    static List<Category> of(Supplier<View> cluster) {
        ClusterChecks checks = new ClusterChecks(cluster);
        return List.of(
                new Category(
                        "kubernetes-api",
                        List.of(
                                Check.of("can initialize the client", checks::client).asDecisive(),
                                Check.awaited("can query the Kubernetes API", checks::query)
                                        .asDecisive())),
                new Category(
                        "kubernetes-version",
                        List.of(
                                Check.of(
                                        "is running the minimum Kubernetes API version",
                                        () -> checks.atLeast(OLDEST)),
                                Check.of(
                                        "has native sidecar containers",
                                        () -> checks.atLeast(NATIVE_SIDECARS)))));
    }

    private Finding client() {
        var _ = cluster.get();
        return Finding.good();
    }

    private Finding query() {
        cluster.get().version();
        return Finding.good();
    }

    private Finding atLeast(int minor) {
        String version = cluster.get().version();
        Matcher form = VERSION.matcher(version);
        if (!form.matches()) {
            return new Finding.Warning(
                    "its version cannot be read: '" + version + "'", "kubectl version");
        }
        boolean newer = Integer.parseInt(form.group(1)) > MAJOR;
        if (newer || Integer.parseInt(form.group(2)) >= minor) {
            return new Finding.Good(version);
        }
        return minor == OLDEST
                ? new Finding.Failure(
                        "it is "
                                + version
                                + ", Peakmesh needs "
                                + MAJOR
                                + "."
                                + OLDEST
                                + " or newer",
                        "kubectl version")
                : new Finding.Warning(
                        "it is "
                                + version
                                + ", which has none (1.29 is the first): Jobs with a sidecar do"
                                + " not finish by themselves, and init containers run before it",
                        "kubectl version");
    }
}
