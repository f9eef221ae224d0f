package io.peakmesh.identity.issue;

import io.peakmesh.identity.issue.CertificateTemplate.Role;
import io.peakmesh.identity.key.Sha256;
import java.io.IOException;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;

/** The first of three steps: a template becomes the bytes to be signed (RFC 5280 section 4.1). */
final class CertificateBuilder {
    /** Length of a key identifier, as in RFC 7093 section 2 method 1. */
    static final int KEY_ID_BYTES = 20;

    private CertificateBuilder() {}

    static TBSCertificate build(CertificateTemplate template, AlgorithmIdentifier algorithm) {
        V3TBSCertificateGenerator tbs = new V3TBSCertificateGenerator();
        tbs.setSerialNumber(new ASN1Integer(template.serial()));
        tbs.setSignature(algorithm);
        tbs.setIssuer(X500Name.getInstance(template.issuerName().getEncoded()));
        tbs.setSubject(X500Name.getInstance(template.subject().getEncoded()));
        tbs.setStartDate(time(template.notBefore()));
        tbs.setEndDate(time(template.notAfter()));
        tbs.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(template.key().getEncoded()));
        tbs.setExtensions(extensions(template).generate());
        return tbs.generateTBSCertificate();
    }

    private static ExtensionsGenerator extensions(CertificateTemplate template) {
        Role role = template.role();
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        add(
                extensions,
                Extension.basicConstraints,
                true,
                role.isAuthority()
                        ? new BasicConstraints(role.pathLength())
                        : new BasicConstraints(false));
        add(
                extensions,
                Extension.keyUsage,
                true,
                new KeyUsage(
                        role.isAuthority()
                                ? KeyUsage.keyCertSign | KeyUsage.cRLSign
                                : KeyUsage.digitalSignature));
        // An empty subject makes the SAN critical (RFC 5280 section 4.1.2.6).
        add(
                extensions,
                Extension.subjectAlternativeName,
                !role.isAuthority(),
                alternativeNames(template));
        add(
                extensions,
                Extension.subjectKeyIdentifier,
                false,
                new SubjectKeyIdentifier(keyId(template.key())));
        add(
                extensions,
                Extension.authorityKeyIdentifier,
                false,
                new AuthorityKeyIdentifier(keyId(template.issuerKey())));
        switch (role) {
            case ROOT -> {}
            case INTERMEDIATE ->
                    add(extensions, Extension.nameConstraints, true, constraints(template));
            case LEAF ->
                    add(
                            extensions,
                            Extension.extendedKeyUsage,
                            false,
                            new ExtendedKeyUsage(
                                    new KeyPurposeId[] {
                                        KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                                    }));
        }
        return extensions;
    }

    private static GeneralNames alternativeNames(CertificateTemplate template) {
        List<GeneralName> names = new ArrayList<>();
        names.add(new GeneralName(GeneralName.uniformResourceIdentifier, template.uri()));
        template.dns().forEach(dns -> names.add(new GeneralName(GeneralName.dNSName, dns)));
        return new GeneralNames(names.toArray(GeneralName[]::new));
    }

    private static NameConstraints constraints(CertificateTemplate template) {
        List<GeneralSubtree> permitted = new ArrayList<>();
        for (String host : template.permittedHosts()) {
            permitted.add(
                    new GeneralSubtree(
                            new GeneralName(GeneralName.uniformResourceIdentifier, host)));
            permitted.add(new GeneralSubtree(new GeneralName(GeneralName.dNSName, host)));
        }
        for (String name : template.alsoPermitted()) {
            permitted.add(new GeneralSubtree(new GeneralName(GeneralName.dNSName, name)));
        }
        return new NameConstraints(permitted.toArray(GeneralSubtree[]::new), null);
    }

    private static byte[] keyId(PublicKey key) {
        byte[] bits =
                SubjectPublicKeyInfo.getInstance(key.getEncoded()).getPublicKeyData().getBytes();
        return Arrays.copyOf(Sha256.of(bits), KEY_ID_BYTES);
    }

    private static Time time(Instant instant) {
        return new Time(Date.from(instant));
    }

    private static void add(
            ExtensionsGenerator extensions,
            ASN1ObjectIdentifier id,
            boolean critical,
            ASN1Encodable value) {
        try {
            extensions.addExtension(id, critical, value);
        } catch (IOException e) {
            throw new IllegalStateException("extension " + id + " cannot be encoded", e);
        }
    }
}
