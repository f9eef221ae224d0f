package io.peakmesh.e2e.kubernetes;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How large a run is.
 *
 * @param services each with {@code podsEach} pods
 * @param used the first so many services are those that proxies use
 * @param uses how many of them each proxy uses
 * @param warmUps changes before those that are measured
 * @param flips changes of one pod's readiness that are measured
 * @param script {@code mesh}
 * @param out where the report goes
 * @param revision what is measured
 */
record ScalePlan(
        int services,
        int podsEach,
        int proxies,
        int used,
        int uses,
        int warmUps,
        int flips,
        Path script,
        Path out,
        String revision) {
    /** By the properties {@code scale.*}, which {@code ./mesh scale} sets. */
    static ScalePlan fromProperties() {
        Path here = Path.of(System.getProperty("basedir", ".")).toAbsolutePath();
        return new ScalePlan(
                Integer.getInteger("scale.services", 200),
                Integer.getInteger("scale.pods", 10),
                Integer.getInteger("scale.proxies", 20),
                Integer.getInteger("scale.used", 40),
                Integer.getInteger("scale.uses", 20),
                Integer.getInteger("scale.warm-ups", 100),
                Integer.getInteger("scale.flips", 200),
                here.resolveSibling("mesh"),
                Path.of(
                        System.getProperty(
                                "scale.out", here.resolve("target/scale.md").toString())),
                System.getProperty("scale.revision", "unknown"));
    }

    int pods() {
        return services * podsEach;
    }

    /** The services of a proxy: neighbours, so that each is used by several. */
    List<Integer> usedBy(int proxy) {
        int first = proxy * used / proxies;
        return IntStream.range(0, uses).map(k -> (first + k) % used).boxed().toList();
    }
}
