package io.peakmesh.identity.issue;

import io.peakmesh.identity.issue.CertificateTemplate.Role;
import io.peakmesh.identity.key.P256;
import io.peakmesh.identity.key.Sha256;
import io.peakmesh.identity.state.IdentityException;
import io.peakmesh.identity.state.IdentityException.Category;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The third step: reads the signed bytes with the JDK's parser, not with the library that wrote
 * them, and compares each thing that they say with what was asked for. What deviates is never
 * handed out.
 */
final class CertificateInspector {
    static final String BASIC_CONSTRAINTS = "2.5.29.19";
    static final String KEY_USAGE = "2.5.29.15";
    static final String ALTERNATIVE_NAMES = "2.5.29.17";
    static final String NAME_CONSTRAINTS = "2.5.29.30";
    static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    static final String SUBJECT_KEY_ID = "2.5.29.14";
    static final String AUTHORITY_KEY_ID = "2.5.29.35";

    private static final int URI_NAME = 6;
    private static final int DNS_NAME = 2;
    private static final List<String> PURPOSES = List.of("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    private static final int UNCOMPRESSED_POINT_BYTES = 65;

    private CertificateInspector() {}

    /**
     * The certificate, once everything in it is found to be as the template says.
     *
     * @throws IdentityException of category {@code CERTIFICATE_DEVIATES}
     */
    static X509Certificate inspect(byte[] der, CertificateTemplate wanted) {
        try {
            X509Certificate found = parse(der);
            checkNames(found, wanted);
            checkRights(found, wanted);
            check("extensions", criticalOf(wanted.role()), found.getCriticalExtensionOIDs());
            check("extensions", plainOf(wanted.role()), found.getNonCriticalExtensionOIDs());
            check(
                    "name constraints",
                    true,
                    Arrays.equals(
                            constraintsOf(wanted.permittedHosts(), wanted.alsoPermitted()),
                            constraints(found)));
            checkKeys(found, wanted);
            found.verify(wanted.issuerKey(), P256.PROVIDER);
            return found;
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new IdentityException(
                    Category.CERTIFICATE_DEVIATES, "a new certificate was thrown away: " + e, e);
        }
    }

    static X509Certificate parse(byte[] der) throws CertificateException {
        ByteArrayInputStream bytes = new ByteArrayInputStream(der);
        X509Certificate found =
                (X509Certificate)
                        CertificateFactory.getInstance("X.509").generateCertificate(bytes);
        if (bytes.available() > 0) {
            throw new CertificateException("something follows the certificate");
        }
        return found;
    }

    private static void checkNames(X509Certificate found, CertificateTemplate wanted)
            throws CertificateException {
        check("serial", wanted.serial(), found.getSerialNumber());
        check("subject", wanted.subject(), found.getSubjectX500Principal());
        check("issuer", wanted.issuerName(), found.getIssuerX500Principal());
        check("notBefore", wanted.notBefore(), found.getNotBefore().toInstant());
        check("notAfter", wanted.notAfter(), found.getNotAfter().toInstant());
        if (wanted.issuer().isPresent()) {
            X509Certificate issuer = wanted.issuer().get();
            check(
                    "end after its issuer's",
                    false,
                    found.getNotAfter().toInstant().isAfter(issuer.getNotAfter().toInstant()));
        }
        List<List<Object>> names = new ArrayList<>();
        names.add(List.of(URI_NAME, wanted.uri()));
        wanted.dns().forEach(dns -> names.add(List.of(DNS_NAME, dns)));
        Collection<List<?>> present = found.getSubjectAlternativeNames();
        check("alternative names", names, present == null ? null : List.copyOf(present));
    }

    private static void checkRights(X509Certificate found, CertificateTemplate wanted)
            throws CertificateException {
        Role role = wanted.role();
        check("version", 3, found.getVersion());
        check("path length", role.pathLength(), found.getBasicConstraints());
        Set<Integer> usage = new HashSet<>();
        boolean[] bits = found.getKeyUsage();
        for (int bit = 0; bits != null && bit < bits.length; bit++) {
            if (bits[bit]) {
                usage.add(bit);
            }
        }
        // RFC 5280 section 4.2.1.3: 0 digitalSignature, 5 keyCertSign, 6 cRLSign.
        check("key usage", role.isAuthority() ? Set.of(5, 6) : Set.of(0), usage);
        check(
                "extended key usage",
                role.isAuthority() ? null : PURPOSES,
                found.getExtendedKeyUsage());
        check("signature algorithm", "1.2.840.10045.4.3.2", found.getSigAlgOID());
    }

    private static void checkKeys(X509Certificate found, CertificateTemplate wanted) {
        PublicKey key = found.getPublicKey();
        check("public key", true, Arrays.equals(wanted.key().getEncoded(), key.getEncoded()));
        check("curve", true, P256.isOnCurve(key));
        check(
                "subject key id",
                true,
                endsWith(found.getExtensionValue(SUBJECT_KEY_ID), keyId(key)));
        check(
                "authority key id",
                true,
                endsWith(found.getExtensionValue(AUTHORITY_KEY_ID), keyId(wanted.issuerKey())));
    }

    /** An encoded uncompressed point ends the encoding of a P-256 key. */
    private static byte[] keyId(PublicKey key) {
        byte[] encoded = key.getEncoded();
        byte[] point =
                Arrays.copyOfRange(
                        encoded, encoded.length - UNCOMPRESSED_POINT_BYTES, encoded.length);
        return Arrays.copyOf(Sha256.of(point), CertificateBuilder.KEY_ID_BYTES);
    }

    private static boolean endsWith(byte[] whole, byte[] end) {
        return whole != null
                && whole.length >= end.length
                && Arrays.equals(
                        Arrays.copyOfRange(whole, whole.length - end.length, whole.length), end);
    }

    private static Set<String> criticalOf(Role role) {
        return switch (role) {
            case ROOT -> Set.of(BASIC_CONSTRAINTS, KEY_USAGE);
            case INTERMEDIATE -> Set.of(BASIC_CONSTRAINTS, KEY_USAGE, NAME_CONSTRAINTS);
            case LEAF -> Set.of(BASIC_CONSTRAINTS, KEY_USAGE, ALTERNATIVE_NAMES);
        };
    }

    private static Set<String> plainOf(Role role) {
        return switch (role) {
            case ROOT, INTERMEDIATE -> Set.of(ALTERNATIVE_NAMES, SUBJECT_KEY_ID, AUTHORITY_KEY_ID);
            case LEAF -> Set.of(SUBJECT_KEY_ID, AUTHORITY_KEY_ID, EXTENDED_KEY_USAGE);
        };
    }

    private static byte[] constraints(X509Certificate found) {
        byte[] value = found.getExtensionValue(NAME_CONSTRAINTS);
        return value == null ? new byte[0] : value;
    }

    /**
     * Permitted subtrees, written by hand: RFC 5280 section 4.2.1.10 in DER. A host name has at
     * most 253 bytes.
     *
     * @param hosts each one URI and one DNS constraint
     * @param names each one more DNS constraint
     */
    static byte[] constraintsOf(List<String> hosts, List<String> names) {
        if (hosts.isEmpty()) {
            return new byte[0];
        }
        byte[] subtrees = new byte[0];
        for (String host : hosts) {
            byte[] name = host.getBytes(StandardCharsets.US_ASCII);
            subtrees = concat(subtrees, tagged(0x30, tagged(0x86, name)));
            subtrees = concat(subtrees, tagged(0x30, tagged(0x82, name)));
        }
        for (String also : names) {
            byte[] name = also.getBytes(StandardCharsets.US_ASCII);
            subtrees = concat(subtrees, tagged(0x30, tagged(0x82, name)));
        }
        return tagged(0x04, tagged(0x30, tagged(0xa0, subtrees)));
    }

    private static byte[] tagged(int tag, byte[] value) {
        int length = value.length;
        byte[] head =
                length < 0x80
                        ? new byte[] {(byte) tag, (byte) length}
                        : length < 0x100
                                ? new byte[] {(byte) tag, (byte) 0x81, (byte) length}
                                : new byte[] {
                                    (byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length
                                };
        return concat(head, value);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static void check(String what, @Nullable Object wanted, @Nullable Object found) {
        if (!Objects.equals(wanted, found)) {
            throw new IllegalArgumentException(what + ": want " + wanted + ", have " + found);
        }
    }
}
