package io.peakmesh.identity.issue;

import static io.peakmesh.identity.issue.Authorities.DOMAIN;
import static io.peakmesh.identity.issue.Authorities.NOW;
import static io.peakmesh.identity.issue.Authorities.WEB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peakmesh.identity.issue.CertificateTemplate.Role;
import io.peakmesh.identity.key.P256;
import io.peakmesh.identity.key.Pem;
import io.peakmesh.identity.state.IdentityException;
import io.peakmesh.identity.state.IdentityException.Category;
import io.peakmesh.identity.state.StateFolder;
import io.peakmesh.model.TrustDomain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** State folders that an authority must not start with. */
final class BadIssuerTest {
    private static final String INTERMEDIATE = "intermediate-00000001.pem";
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir Path temporary;

    private Path dir() {
        return temporary.resolve("state");
    }

    @BeforeEach
    void aGoodFolder() {
        Authorities.open(dir(), NOW);
    }

    @Test
    void refusesARootWhoseFileOthersMayRead() throws Exception {
        Files.setPosixFilePermissions(
                dir().resolve("root.pem"), PosixFilePermissions.fromString("rw-r-----"));

        refuses("root.pem", "chmod 600");
    }

    @Test
    void refusesAnEmptyRoot() throws Exception {
        Files.writeString(dir().resolve("root.pem"), "");

        refuses("root.pem", "want one PRIVATE KEY and one CERTIFICATE, have 0 and 0");
    }

    @Test
    void refusesBytesThatAreNoPem() throws Exception {
        byte[] garbage = new byte[4096];
        RANDOM.nextBytes(garbage);
        Files.write(dir().resolve("root.pem"), garbage);

        refuses("root.pem", "root.pem: ");
    }

    @Test
    void refusesARootThatIsCutShortAnywhere() throws Exception {
        String whole = Files.readString(dir().resolve("root.pem"));
        for (int length = 0; length < whole.length() - 1; length += 37) {
            Files.writeString(dir().resolve("root.pem"), whole.substring(0, length));
            refuses("root.pem", "root.pem: ");
        }
    }

    @Test
    void refusesAKeyThatIsNotTheCertificates() throws Exception {
        Issuer root = root();
        write("root.pem", new Issuer(root.certificate(), P256.generate(RANDOM).getPrivate()).pem());

        refuses("root.pem", "the private key is not that of the certificate");
    }

    @Test
    void refusesTwoCertificatesInOneFile() throws Exception {
        write("root.pem", root().pem() + Pem.write(root().certificate()));

        refuses("root.pem", "have 1 and 2");
    }

    @Test
    void refusesAnExpiredRoot() {
        Instant after = NOW.plus(Duration.ofDays(3650));
        assertThatThrownBy(() -> Authorities.open(dir(), after))
                .isInstanceOf(IdentityException.class)
                .hasMessageContainingAll("root.pem: is valid from", "is the clock right?");
    }

    @Test
    void refusesARootThatIsNotValidYet() {
        Instant before = NOW.minus(Duration.ofMinutes(5));
        assertThatThrownBy(() -> Authorities.open(dir(), before))
                .isInstanceOf(IdentityException.class)
                .hasMessageContaining("is the clock right?");
    }

    @Test
    void refusesALeafInPlaceOfARoot() throws Exception {
        KeyPair pair = P256.generate(RANDOM);
        CertificateTemplate leaf = template(Role.LEAF, DOMAIN, pair, Optional.of(root()));
        write("root.pem", new Issuer(sign(leaf, root()), pair.getPrivate()).pem());

        refuses("root.pem", "the certificate is not a CA's");
    }

    @Test
    void refusesARootOnAnotherCurve() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", P256.PROVIDER);
        generator.initialize(new ECGenParameterSpec("secp384r1"));
        KeyPair pair = generator.generateKeyPair();
        Issuer signer = new Issuer(root().certificate(), pair.getPrivate());
        CertificateTemplate root = template(Role.ROOT, DOMAIN, pair, Optional.empty());
        write("root.pem", new Issuer(sign(root, signer), pair.getPrivate()).pem());

        refuses("root.pem", "not on curve P-256");
    }

    @Test
    void refusesARootOfAnotherTrustDomain() throws Exception {
        KeyPair pair = P256.generate(RANDOM);
        Issuer signer = new Issuer(root().certificate(), pair.getPrivate());
        CertificateTemplate root =
                template(Role.ROOT, new TrustDomain("other.example"), pair, Optional.empty());
        write("root.pem", new Issuer(sign(root, signer), pair.getPrivate()).pem());

        refuses("root.pem", "spiffe://other.example", "not for trust domain cluster.local");
    }

    @Test
    void refusesARootThatDidNotSignItself() throws Exception {
        KeyPair pair = P256.generate(RANDOM);
        CertificateTemplate root = template(Role.ROOT, DOMAIN, pair, Optional.empty());
        write("root.pem", new Issuer(sign(root, root()), pair.getPrivate()).pem());

        refuses("root.pem", "the certificate's signature is wrong");
    }

    @Test
    void refusesAnIntermediateOfAnotherRoot() throws Exception {
        Path other = temporary.resolve("other");
        Authorities.open(other, NOW);
        write(INTERMEDIATE, Files.readString(other.resolve(INTERMEDIATE)));

        refuses(INTERMEDIATE, "the certificate is from another issuer");
    }

    @Test
    void refusesAnIntermediateThatIsNotConstrained() throws Exception {
        KeyPair pair = P256.generate(RANDOM);
        CertificateTemplate unconstrained = template(Role.ROOT, DOMAIN, pair, Optional.of(root()));
        write(INTERMEDIATE, new Issuer(sign(unconstrained, root()), pair.getPrivate()).pem());

        refuses(INTERMEDIATE, "path length is not 0");
    }

    @Test
    void refusesAnIntermediateThatIsConstrainedToAnotherDomain() throws Exception {
        KeyPair pair = P256.generate(RANDOM);
        CertificateTemplate foreign =
                template(Role.INTERMEDIATE, new TrustDomain("local"), pair, Optional.of(root()));
        foreign =
                new CertificateTemplate(
                        foreign.role(),
                        foreign.trustDomain(),
                        foreign.subject(),
                        foreign.issuer(),
                        foreign.key(),
                        foreign.serial(),
                        CertificateTemplate.authorityUri(DOMAIN),
                        List.of(),
                        List.of(),
                        foreign.notBefore(),
                        foreign.notAfter());
        write(INTERMEDIATE, new Issuer(sign(foreign, root()), pair.getPrivate()).pem());

        refuses(INTERMEDIATE, "not constrained to names in cluster.local");
    }

    @Test
    void makesANewIntermediateWhereItsFileIsGone() throws Exception {
        Files.delete(dir().resolve(INTERMEDIATE));

        CertificateAuthority authority = Authorities.open(dir(), NOW);

        Authorities.validate(authority.issue(WEB, NOW), authority.bundle(), NOW);
    }

    @Test
    void keepsServingWhenAnIntermediateTurnsToGarbageWhileItRuns() throws Exception {
        CertificateAuthority authority = Authorities.open(dir(), NOW);
        Svid before = authority.issue(WEB, NOW);
        write("intermediate-00000002.pem", "garbage");

        assertThatThrownBy(() -> authority.refresh(NOW))
                .isInstanceOf(IdentityException.class)
                .hasMessageContaining("intermediate-00000002.pem");
        assertThat(authority.issue(WEB, NOW).issuer()).isEqualTo(before.issuer());
    }

    @Test
    void throwsAwayACertificateThatDeviatesFromItsTemplate() {
        KeyPair pair = P256.generate(RANDOM);
        CertificateTemplate wanted = template(Role.LEAF, DOMAIN, pair, Optional.of(root()));
        CertificateTemplate longer = with(wanted, wanted.uri(), wanted.notAfter().plusSeconds(60));
        CertificateTemplate other =
                with(wanted, "spiffe://cluster.local/ns/demo/sa/admin", wanted.notAfter());
        CertificateTemplate authority =
                template(Role.INTERMEDIATE, DOMAIN, pair, Optional.of(root()));

        deviates(longer, wanted, "notAfter");
        deviates(other, wanted, "alternative names");
        deviates(authority, wanted, "");
        byte[] right = encoded(wanted, root());
        assertThat(CertificateInspector.inspect(right, wanted)).isNotNull();
        byte[] forged = encoded(wanted, new Issuer(root().certificate(), pair.getPrivate()));
        assertThatThrownBy(() -> CertificateInspector.inspect(forged, wanted))
                .isInstanceOf(IdentityException.class);
        byte[] longerByOne = java.util.Arrays.copyOf(right, right.length + 1);
        assertThatThrownBy(() -> CertificateInspector.inspect(longerByOne, wanted))
                .isInstanceOf(IdentityException.class);
    }

    private void deviates(CertificateTemplate signed, CertificateTemplate wanted, String what) {
        assertThatThrownBy(() -> CertificateInspector.inspect(encoded(signed, root()), wanted))
                .isInstanceOfSatisfying(
                        IdentityException.class,
                        e -> assertThat(e.category()).isEqualTo(Category.CERTIFICATE_DEVIATES))
                .hasMessageContaining(what);
    }

    private static CertificateTemplate with(CertificateTemplate t, String uri, Instant notAfter) {
        return new CertificateTemplate(
                t.role(),
                t.trustDomain(),
                t.subject(),
                t.issuer(),
                t.key(),
                t.serial(),
                uri,
                t.dns(),
                t.alsoPermitted(),
                t.notBefore(),
                notAfter);
    }

    private static byte[] encoded(CertificateTemplate template, Issuer signer) {
        return CertificateSigner.sign(
                CertificateBuilder.build(template, CertificateSigner.ALGORITHM),
                signer.key(),
                RANDOM);
    }

    private static java.security.cert.X509Certificate sign(
            CertificateTemplate template, Issuer signer) {
        return Authorities.sign(template, signer, RANDOM);
    }

    private static CertificateTemplate template(
            Role role, TrustDomain domain, KeyPair pair, Optional<Issuer> issuer) {
        return new CertificateTemplate(
                role,
                domain,
                new X500Principal(role == Role.LEAF ? "" : "CN=test"),
                issuer.map(Issuer::certificate),
                pair.getPublic(),
                CertificateTemplate.randomSerial(RANDOM),
                role == Role.LEAF
                        ? "spiffe://" + domain + "/ns/demo/sa/web"
                        : CertificateTemplate.authorityUri(domain),
                role == Role.LEAF ? List.of("u.pod." + domain) : List.of(),
                List.of(),
                NOW.minus(Duration.ofMinutes(4)),
                NOW.plus(Duration.ofDays(30)));
    }

    private Issuer root() {
        return Authorities.issuer(dir(), "root.pem", Role.ROOT, NOW);
    }

    private void write(String name, String text) {
        StateFolder folder = StateFolder.open(dir(), NOW);
        folder.delete(name);
        folder.publish(name, text);
    }

    private void refuses(String name, String... parts) {
        assertThatThrownBy(() -> Authorities.open(dir(), NOW))
                .isInstanceOfSatisfying(
                        IdentityException.class,
                        e -> assertThat(e.category()).isEqualTo(Category.STATE_REFUSED))
                .hasMessageContaining(dir().resolve(name).toString())
                .hasMessageContainingAll(parts)
                .message()
                .doesNotContain("\n");
    }
}
