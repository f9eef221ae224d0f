package io.peakmesh.benchmarks.fanout;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A chain like the control plane's own (root, intermediate, leaf; P-256), so that a handshake with
 * the floor server costs the same. Good for one day.
 */
final class FloorCertificates {
    private static final Duration LIFE = Duration.ofDays(1);

    private final Instant now;
    private final KeyPairGenerator keys;
    private int serial;

    private FloorCertificates(Instant now) throws GeneralSecurityException {
        this.now = now;
        this.keys = KeyPairGenerator.getInstance("EC");
        keys.initialize(new ECGenParameterSpec("secp256r1"));
    }

    /** A certificate with its key. */
    private record Issued(X509Certificate certificate, KeyPair key) {}

    /** Writes {@code roots.pem}, {@code chain.pem} and {@code key.pem}. */
    static void write(Path dir, String serverName, Instant now) throws IOException {
        try {
            FloorCertificates ca = new FloorCertificates(now);
            Issued root = ca.issue("floor root", null, "");
            Issued intermediate = ca.issue("floor intermediate", root, "");
            Issued leaf = ca.issue("floor", intermediate, serverName);
            Files.writeString(dir.resolve("roots.pem"), pem(root.certificate()));
            Files.writeString(
                    dir.resolve("chain.pem"),
                    pem(leaf.certificate()) + pem(intermediate.certificate()));
            Files.writeString(
                    dir.resolve("key.pem"),
                    pem("PRIVATE KEY", leaf.key().getPrivate().getEncoded()));
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IOException("cannot make the floor server's certificates", e);
        }
    }

    private Issued issue(String name, @Nullable Issued issuer, String dns)
            throws GeneralSecurityException, OperatorCreationException, CertIOException {
        KeyPair key = keys.generateKeyPair();
        X500Principal subject = new X500Principal("CN=" + name);
        X509v3CertificateBuilder builder =
                new JcaX509v3CertificateBuilder(
                        issuer == null ? subject : issuer.certificate().getSubjectX500Principal(),
                        BigInteger.valueOf(++serial),
                        Date.from(now.minusSeconds(60)),
                        Date.from(now.plus(LIFE)),
                        subject,
                        key.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(dns.isEmpty()));
        if (!dns.isEmpty()) {
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.dNSName, dns)));
        }
        KeyPair signer = issuer == null ? key : issuer.key();
        return new Issued(
                new JcaX509CertificateConverter()
                        .getCertificate(
                                builder.build(
                                        new JcaContentSignerBuilder("SHA256withECDSA")
                                                .build(signer.getPrivate()))),
                key);
    }

    private static String pem(X509Certificate certificate) throws GeneralSecurityException {
        return pem("CERTIFICATE", certificate.getEncoded());
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
                .formatted(label, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der));
    }
}
