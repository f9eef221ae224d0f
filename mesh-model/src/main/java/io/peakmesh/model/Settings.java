package io.peakmesh.model;

import java.util.List;

/**
 * What holds for the whole mesh.
 *
 * @param clusterDomain the DNS suffix of services, {@code cluster.local} by default
 * @param ranges CIDRs in which services and workloads have their addresses; what an app sends to
 *     any other address passes through its proxy untouched and costs it no state
 */
public record Settings(
        TrustDomain trustDomain, ClusterId clusterId, String clusterDomain, List<String> ranges) {
    /** Private and shared address space: RFC 1918, RFC 6598, RFC 2544, RFC 4193. */
    public static final List<String> PRIVATE_RANGES =
            List.of(
                    "10.0.0.0/8",
                    "172.16.0.0/12",
                    "192.168.0.0/16",
                    "100.64.0.0/10",
                    "198.18.0.0/15",
                    "fc00::/7");

    public Settings {
        ranges = List.copyOf(ranges);
    }

    public SpiffeId spiffeId(ServiceAccountName account) {
        return new SpiffeId(trustDomain, account);
    }

    public static Settings byDefault() {
        return new Settings(
                new TrustDomain("cluster.local"),
                new ClusterId("local"),
                "cluster.local",
                PRIVATE_RANGES);
    }
}
