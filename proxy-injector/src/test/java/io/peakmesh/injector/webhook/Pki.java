package io.peakmesh.injector.webhook;

import java.math.BigInteger;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** A certificate authority for one test. */
final class Pki {
    private static final AtomicLong SERIAL = new AtomicLong(1);

    private final Instant now;
    private final KeyPair keys;
    private final X509Certificate certificate;

    Pki(String commonName, Instant now) {
        this.now = now;
        this.keys = pair();
        this.certificate =
                signed(
                        "CN=" + commonName,
                        "CN=" + commonName,
                        keys,
                        now.plus(Duration.ofDays(1)),
                        null);
    }

    X509Certificate certificate() {
        return certificate;
    }

    String pem() {
        try {
            return "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    Identity server() {
        return leaf("CN=webhook", KeyPurposeId.id_kp_serverAuth, Duration.ofDays(1));
    }

    Identity client(String commonName) {
        return leaf("CN=" + commonName, KeyPurposeId.id_kp_clientAuth, Duration.ofDays(1));
    }

    /** It ended {@code validFor} from now; negative for one that has expired. */
    Identity leaf(String subject, KeyPurposeId purpose, Duration validFor) {
        KeyPair own = pair();
        String issuer = certificate.getSubjectX500Principal().getName();
        return new Identity(
                own.getPrivate(),
                List.of(signed(subject, issuer, own, now.plus(validFor), purpose), certificate));
    }

    private X509Certificate signed(
            String subject,
            String issuer,
            KeyPair own,
            Instant until,
            @Nullable KeyPurposeId purpose) {
        try {
            X509v3CertificateBuilder builder =
                    new JcaX509v3CertificateBuilder(
                            new X500Name(issuer),
                            BigInteger.valueOf(SERIAL.getAndIncrement()),
                            Date.from(now.minus(Duration.ofDays(2))),
                            Date.from(until),
                            new X500Name(subject),
                            own.getPublic());
            extend(builder, purpose);
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(keys.getPrivate())));
        } catch (CertIOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void extend(X509v3CertificateBuilder builder, @Nullable KeyPurposeId purpose)
            throws CertIOException {
        builder.addExtension(
                Extension.basicConstraints, true, new BasicConstraints(purpose == null));
        if (purpose != null) {
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1")));
        }
    }

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A key and its chain, its own certificate first. */
    record Identity(PrivateKey key, List<X509Certificate> chain) {}

    /** Gives each handshake the identity that was set last. */
    static final class Newest extends X509ExtendedKeyManager {
        private volatile Identity identity;

        Newest(Identity first) {
            identity = first;
        }

        void set(Identity next) {
            identity = next;
        }

        @Override
        public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
            return new String[] {"newest"};
        }

        @Override
        public String chooseClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return "newest";
        }

        @Override
        public String chooseEngineClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return "newest";
        }

        @Override
        public String[] getServerAliases(String type, Principal @Nullable [] issuers) {
            return new String[] {"newest"};
        }

        @Override
        public @Nullable String chooseServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return type.startsWith("EC") ? alias() : null;
        }

        @Override
        public @Nullable String chooseEngineServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return chooseServerAlias(type, issuers, null);
        }

        private String alias() {
            Identity current = identity;
            byAlias.put(current.chain().getFirst().getSerialNumber().toString(), current);
            return current.chain().getFirst().getSerialNumber().toString();
        }

        private final java.util.Map<String, Identity> byAlias =
                new java.util.concurrent.ConcurrentHashMap<>();

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return byAlias.getOrDefault(alias, identity).chain().toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return byAlias.getOrDefault(alias, identity).key();
        }
    }
}
