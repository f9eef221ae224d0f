package io.peakmesh.identity.issue;

import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.SpiffeId;
import io.peakmesh.model.TrustDomain;
import io.peakmesh.model.WorkloadName;

/**
 * Whom a certificate is for: one running instance. Whoever makes one of these has verified it.
 *
 * @param uid unique over time; lower-case letters, digits and dashes, in dot-separated labels as in
 *     a DNS name (a Kubernetes UID is one such label)
 */
public record WorkloadIdentity(
        WorkloadName workload, String uid, ServiceAccountName serviceAccount) {
    /** Leaves room for {@code .pod.<trust domain>} in a DNS name. */
    public static final int MAX_UID_LENGTH = 128;

    /** Throws IllegalArgumentException if a name could not stand in a certificate. */
    public WorkloadIdentity {
        if (uid.length() > MAX_UID_LENGTH || !DnsName.isValid(uid)) {
            throw new IllegalArgumentException(
                    "uid of " + workload + " cannot stand in a DNS name: '" + shown(uid) + "'");
        }
        requireName(workload.namespace());
        requireName(workload.name());
        requireName(serviceAccount.namespace());
        requireName(serviceAccount.name());
    }

    private static void requireName(String name) {
        if (!DnsName.isValid(name)) {
            throw new IllegalArgumentException("not a Kubernetes name: '" + shown(name) + "'");
        }
    }

    private static String shown(String name) {
        return name.length() <= 80 ? name : name.substring(0, 80) + "…";
    }

    SpiffeId spiffeId(TrustDomain trustDomain) {
        return new SpiffeId(trustDomain, serviceAccount);
    }

    /** The DNS name of this instance alone, which tells it from its siblings. */
    String dnsName(TrustDomain trustDomain) {
        return uid + ".pod." + trustDomain;
    }
}
