package io.peakmesh.identity.rotation;

import io.peakmesh.identity.issue.CertificateAuthority;
import io.peakmesh.identity.issue.Svid;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The control plane's own certificate, with its key in the JDK's form, which every TLS library
 * takes.
 *
 * @param chain leaf and intermediate
 * @param renewAt when to make the next one; the control plane needs no restart for that
 */
public record ServerIdentity(List<X509Certificate> chain, PrivateKey privateKey, Instant renewAt) {
    public ServerIdentity {
        chain = List.copyOf(chain);
    }

    /** A new one, for {@code xds.<trust domain>} and the control plane's SPIFFE ID. */
    public static ServerIdentity issue(
            CertificateAuthority authority, RandomGenerator jitter, Instant now) {
        return issue(authority, List.of(), jitter, now);
    }

    /**
     * As {@link #issue(CertificateAuthority, RandomGenerator, Instant)}, for further DNS names too:
     * the API server calls a webhook by {@code <service>.<namespace>.svc}. It verifies against
     * {@link CertificateAuthority#bundle()}, whose PEM is what {@code caBundle} wants.
     *
     * @throws IllegalArgumentException if there are over 16 names, or one is not a host name
     */
    public static ServerIdentity issue(
            CertificateAuthority authority,
            List<String> alsoNamed,
            RandomGenerator jitter,
            Instant now) {
        Svid svid = authority.issueForControlPlane(alsoNamed, now);
        try {
            PrivateKey key =
                    KeyFactory.getInstance("EC")
                            .generatePrivate(
                                    new PKCS8EncodedKeySpec(svid.privateKey().getEncoded()));
            return new ServerIdentity(
                    svid.chain(), key, RenewalSchedule.renewAt(now, svid.notAfter(), jitter));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK reads keys on P-256", e);
        }
    }

    /** The serial only: nothing of the key. */
    @Override
    public String toString() {
        return "ServerIdentity[serial="
                + chain.getFirst().getSerialNumber().toString(16)
                + ", renewAt="
                + renewAt
                + "]";
    }
}
