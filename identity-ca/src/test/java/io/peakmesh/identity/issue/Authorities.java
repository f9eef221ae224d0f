package io.peakmesh.identity.issue;

import io.peakmesh.identity.issue.CertificateTemplate.Role;
import io.peakmesh.identity.key.P256;
import io.peakmesh.identity.state.StateFolder;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.SpiffeId;
import io.peakmesh.model.TrustDomain;
import io.peakmesh.model.WorkloadName;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.x500.X500Principal;

/** Authorities and workloads for tests, and what a thief of an intermediate could sign. */
public final class Authorities {
    public static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    public static final TrustDomain DOMAIN = new TrustDomain("cluster.local");
    public static final WorkloadIdentity WEB =
            new WorkloadIdentity(
                    new WorkloadName("demo", "web-1"),
                    "5a2cdb7c-6a2f-4c0e-9f0a-2b8d5c3e1f00",
                    new ServiceAccountName("demo", "web"));

    private Authorities() {}

    public static CertificateAuthority open(Path dir, Instant now) {
        return open(dir, CaSettings.byDefault(), now);
    }

    public static CertificateAuthority open(Path dir, CaSettings settings, Instant now) {
        return CertificateAuthority.open(
                StateFolder.open(dir, now), DOMAIN, settings, now, new SecureRandom());
    }

    static Issuer issuer(Path dir, String name, Role role, Instant now) {
        StateFolder folder = StateFolder.open(dir, now);
        String root = folder.read("root.pem").orElseThrow();
        Issuer signer = IssuerReader.read(root, Role.ROOT, DOMAIN, List.of());
        return role == Role.ROOT
                ? signer
                : IssuerReader.read(folder.read(name).orElseThrow(), role, DOMAIN, List.of(signer));
    }

    /** A leaf that our own intermediate signs for any names at all, past every check of ours. */
    public static Svid signedByThief(Path dir, SpiffeId id, String dns, Instant now) {
        Issuer stolen = issuer(dir, "intermediate-00000001.pem", Role.INTERMEDIATE, now);
        SecureRandom random = new SecureRandom();
        KeyPair pair = P256.generate(random);
        CertificateTemplate template =
                new CertificateTemplate(
                        Role.LEAF,
                        id.trustDomain(),
                        new X500Principal(""),
                        Optional.of(stolen.certificate()),
                        pair.getPublic(),
                        CertificateTemplate.randomSerial(random),
                        id.uri(),
                        List.of(dns),
                        List.of(),
                        now.minus(Duration.ofMinutes(4)),
                        now.plus(Duration.ofHours(1)));
        X509Certificate leaf = sign(template, stolen, random);
        return new Svid(List.of(leaf, stolen.certificate()), pair.getPrivate());
    }

    static X509Certificate sign(CertificateTemplate template, Issuer signer, SecureRandom random) {
        try {
            return CertificateInspector.parse(
                    CertificateSigner.sign(
                            CertificateBuilder.build(template, CertificateSigner.ALGORITHM),
                            signer.key(),
                            random));
        } catch (java.security.cert.CertificateException e) {
            throw new AssertionError(e);
        }
    }

    /** Path validation of RFC 5280 by the JDK, against these roots alone. */
    public static void validate(Svid svid, TrustBundle bundle, Instant now) throws Exception {
        PKIXParameters parameters =
                new PKIXParameters(Set.of(new TrustAnchor(bundle.roots().getFirst(), null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(now));
        CertPathValidator.getInstance("PKIX")
                .validate(
                        CertificateFactory.getInstance("X.509").generateCertPath(svid.chain()),
                        parameters);
    }
}
