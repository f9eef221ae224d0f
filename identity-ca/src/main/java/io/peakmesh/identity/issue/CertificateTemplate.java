package io.peakmesh.identity.issue;

import io.peakmesh.model.TrustDomain;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/**
 * Everything that a certificate says, decided before anything is encoded or signed. Nothing in it
 * comes from whom it is for, but for the public key.
 *
 * @param issuer the certificate that signs; empty if it signs itself
 * @param uri the only URI SAN
 * @param dns the DNS SANs in this order, none for an authority
 * @param alsoPermitted DNS names beyond those of the trust domain that an intermediate may name
 * @param notBefore in whole seconds, as X.509 counts
 * @param notAfter in whole seconds
 */
record CertificateTemplate(
        Role role,
        TrustDomain trustDomain,
        X500Principal subject,
        Optional<X509Certificate> issuer,
        PublicKey key,
        BigInteger serial,
        String uri,
        List<String> dns,
        List<String> alsoPermitted,
        Instant notBefore,
        Instant notAfter) {
    /** What a certificate may do. */
    enum Role {
        ROOT,
        /** Path length 0, and for one trust domain only. */
        INTERMEDIATE,
        LEAF;

        boolean isAuthority() {
            return this != LEAF;
        }

        /** How many more authorities may follow; −1 for a leaf. */
        int pathLength() {
            return switch (this) {
                case ROOT -> 1;
                case INTERMEDIATE -> 0;
                case LEAF -> -1;
            };
        }
    }

    private static final int SERIAL_BITS = 128;

    CertificateTemplate {
        dns = List.copyOf(dns);
        alsoPermitted = List.copyOf(alsoPermitted);
        notBefore = notBefore.truncatedTo(ChronoUnit.SECONDS);
        notAfter = notAfter.truncatedTo(ChronoUnit.SECONDS);
        if (!notBefore.isBefore(notAfter)) {
            throw new IllegalArgumentException(notBefore + " is not before " + notAfter);
        }
    }

    /** 128 random bits, never 0; at most 17 octets encoded, under RFC 5280's 20. */
    static BigInteger randomSerial(SecureRandom random) {
        BigInteger serial = new BigInteger(SERIAL_BITS, random);
        return serial.signum() == 0 ? BigInteger.ONE : serial;
    }

    /** An authority's only SAN: the SPIFFE ID of the trust domain itself. */
    static String authorityUri(TrustDomain trustDomain) {
        return "spiffe://" + trustDomain;
    }

    /** The hosts that an intermediate may name, as URI and as DNS constraint. */
    List<String> permittedHosts() {
        return role == Role.INTERMEDIATE ? List.of(trustDomain.name()) : List.of();
    }

    X500Principal issuerName() {
        return issuer.map(X509Certificate::getSubjectX500Principal).orElse(subject);
    }

    PublicKey issuerKey() {
        return issuer.map(X509Certificate::getPublicKey).orElse(key);
    }
}
