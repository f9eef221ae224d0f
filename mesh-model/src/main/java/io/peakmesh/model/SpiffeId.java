package io.peakmesh.model;

import java.util.Optional;

/**
 * The identity in a workload's X.509-SVID: {@code spiffe://<trust
 * domain>/ns/<namespace>/sa/<service account>}.
 */
public record SpiffeId(TrustDomain trustDomain, ServiceAccountName serviceAccount) {
    /** The identity's only written form, as it stands in the certificate's URI SAN. */
    public String uri() {
        return "spiffe://"
                + trustDomain
                + "/ns/"
                + serviceAccount.namespace()
                + "/sa/"
                + serviceAccount.name();
    }

    /** Reads the form that {@link #uri} writes; empty for anything else. */
    public static Optional<SpiffeId> parse(String uri) {
        String[] parts = uri.split("/", -1);
        if (parts.length != 7
                || !parts[0].equals("spiffe:")
                || !parts[1].isEmpty()
                || !parts[3].equals("ns")
                || !parts[5].equals("sa")
                || parts[4].isEmpty()
                || parts[6].isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new SpiffeId(
                            new TrustDomain(parts[2]), new ServiceAccountName(parts[4], parts[6])));
        } catch (IllegalArgumentException notATrustDomain) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return uri();
    }
}
