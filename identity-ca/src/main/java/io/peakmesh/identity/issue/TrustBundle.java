package io.peakmesh.identity.issue;

import io.peakmesh.identity.key.Pem;
import io.peakmesh.identity.key.Sha256;
import io.peakmesh.model.TrustDomain;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/**
 * The roots that peers of the mesh are verified against, each once, in an order that depends on
 * their content alone: equal bundles have equal text, also at another control plane.
 */
public record TrustBundle(TrustDomain trustDomain, List<X509Certificate> roots) {
    public TrustBundle {
        TreeMap<String, X509Certificate> byFingerprint = new TreeMap<>();
        roots.forEach(root -> byFingerprint.put(fingerprint(root), root));
        roots = List.copyOf(byFingerprint.values());
        if (roots.isEmpty()) {
            throw new IllegalArgumentException("a trust bundle needs a root");
        }
    }

    /** The roots one after the other, as PEM. */
    public String pem() {
        StringBuilder text = new StringBuilder();
        roots.forEach(root -> text.append(Pem.write(root)));
        return text.toString();
    }

    /** When the first root ends. */
    public Instant notAfter() {
        Instant earliest = Instant.MAX;
        for (X509Certificate root : roots) {
            Instant end = root.getNotAfter().toInstant();
            earliest = end.isBefore(earliest) ? end : earliest;
        }
        return earliest;
    }

    private static String fingerprint(X509Certificate root) {
        return HexFormat.of().formatHex(Sha256.of(root));
    }

    @Override
    public String toString() {
        List<String> prints = new ArrayList<>();
        roots.forEach(root -> prints.add(fingerprint(root)));
        return "TrustBundle[" + trustDomain + ", " + prints + "]";
    }
}
