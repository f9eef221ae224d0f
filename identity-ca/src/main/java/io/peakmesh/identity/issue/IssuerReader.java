package io.peakmesh.identity.issue;

import io.peakmesh.identity.issue.CertificateTemplate.Role;
import io.peakmesh.identity.key.P256;
import io.peakmesh.identity.key.Pem;
import io.peakmesh.model.TrustDomain;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Reads what may be an issuer, and refuses what may not. Throws IllegalArgumentException with the
 * reason and nothing of a key; times are for the caller to judge.
 */
final class IssuerReader {
    private static final int KEY_CERT_SIGN = 5;

    private IssuerReader() {}

    /** Certificate and key of the text; {@code signer} is the root, or the certificate itself. */
    static Issuer read(String text, Role role, TrustDomain trustDomain, List<Issuer> signer) {
        List<byte[]> keys = new ArrayList<>();
        List<byte[]> certificates = new ArrayList<>();
        for (Pem.Block block : Pem.read(text)) {
            switch (block.label()) {
                case Pem.PRIVATE_KEY -> keys.add(block.der());
                case Pem.CERTIFICATE -> certificates.add(block.der());
                default ->
                        throw new IllegalArgumentException(
                                "holds a " + shown(block.label()) + " which is not known here");
            }
        }
        if (keys.size() != 1 || certificates.size() != 1) {
            throw new IllegalArgumentException(
                    "want one PRIVATE KEY and one CERTIFICATE, have "
                            + keys.size()
                            + " and "
                            + certificates.size());
        }
        X509Certificate certificate = certificate(certificates.getFirst());
        requireAuthority(certificate);
        KeyPair pair = P256.fromPkcs8(keys.getFirst());
        if (!Arrays.equals(
                pair.getPublic().getEncoded(), certificate.getPublicKey().getEncoded())) {
            throw new IllegalArgumentException("the private key is not that of the certificate");
        }
        Issuer issuer = new Issuer(certificate, pair.getPrivate());
        requireRole(issuer, role, trustDomain);
        requireSignedBy(certificate, signer.isEmpty() ? issuer : signer.getFirst());
        return issuer;
    }

    /** Roots without their keys, each one signed by itself. */
    static List<X509Certificate> readRoots(String text) {
        List<X509Certificate> roots = new ArrayList<>();
        for (Pem.Block block : Pem.read(text)) {
            if (!block.label().equals(Pem.CERTIFICATE)) {
                throw new IllegalArgumentException(
                        "holds a " + shown(block.label()) + "; only certificates belong here");
            }
            X509Certificate root = certificate(block.der());
            requireAuthority(root);
            requireSigned(root, root.getPublicKey());
            roots.add(root);
        }
        return roots;
    }

    private static X509Certificate certificate(byte[] der) {
        try {
            return CertificateInspector.parse(der);
        } catch (CertificateException malformed) {
            throw new IllegalArgumentException("the certificate is malformed");
        }
    }

    private static void requireAuthority(X509Certificate certificate) {
        boolean[] usage = certificate.getKeyUsage();
        if (certificate.getBasicConstraints() < 0 || usage == null || !usage[KEY_CERT_SIGN]) {
            throw new IllegalArgumentException(
                    "the certificate is not a CA's (CA:TRUE, keyCertSign)");
        }
        if (!P256.isOnCurve(certificate.getPublicKey())) {
            throw new IllegalArgumentException("the certificate's key is not on curve P-256");
        }
    }

    private static void requireRole(Issuer issuer, Role role, TrustDomain trustDomain) {
        X509Certificate certificate = issuer.certificate();
        List<List<Object>> want =
                List.of(List.of(6, CertificateTemplate.authorityUri(trustDomain)));
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names == null || !want.equals(List.copyOf(names))) {
                throw new IllegalArgumentException(
                        "the certificate is for "
                                + shown(String.valueOf(names))
                                + ", not for trust domain "
                                + trustDomain);
            }
        } catch (CertificateException malformed) {
            throw new IllegalArgumentException("the certificate's names are malformed");
        }
        if (role == Role.INTERMEDIATE) {
            if (certificate.getBasicConstraints() != role.pathLength()) {
                throw new IllegalArgumentException("the certificate's path length is not 0");
            }
            if (!Arrays.equals(
                    CertificateInspector.constraintsOf(List.of(trustDomain.name()), List.of()),
                    certificate.getExtensionValue(CertificateInspector.NAME_CONSTRAINTS))) {
                throw new IllegalArgumentException(
                        "the certificate is not constrained to names in " + trustDomain);
            }
        }
    }

    private static void requireSignedBy(X509Certificate certificate, Issuer signer) {
        if (!certificate
                .getIssuerX500Principal()
                .equals(signer.certificate().getSubjectX500Principal())) {
            throw new IllegalArgumentException("the certificate is from another issuer");
        }
        requireSigned(certificate, signer.certificate().getPublicKey());
    }

    private static void requireSigned(X509Certificate certificate, PublicKey signer) {
        try {
            certificate.verify(signer, P256.PROVIDER);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the certificate's signature is wrong");
        }
    }

    private static String shown(String text) {
        return text.length() <= 120 ? text : text.substring(0, 120) + "…";
    }
}
