package io.peakmesh.identity.issue;

import static io.peakmesh.identity.issue.Authorities.DOMAIN;
import static io.peakmesh.identity.issue.Authorities.NOW;
import static io.peakmesh.identity.issue.Authorities.WEB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peakmesh.identity.key.P256;
import io.peakmesh.identity.key.Sha256;
import io.peakmesh.identity.state.IdentityException;
import io.peakmesh.identity.state.IdentityException.Category;
import io.peakmesh.identity.state.StateFolder;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.SpiffeId;
import io.peakmesh.model.TrustDomain;
import io.peakmesh.model.WorkloadName;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertPathValidatorException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertificateAuthorityTest {
    @TempDir Path temporary;

    private Path dir() {
        return temporary.resolve("state");
    }

    @Test
    void issuesALeafThatSaysWhatItMustAndNothingElse() throws Exception {
        Svid svid = Authorities.open(dir(), NOW).issue(WEB, NOW);

        X509Certificate leaf = svid.leaf();
        assertThat(List.copyOf(leaf.getSubjectAlternativeNames()))
                .isEqualTo(
                        List.of(
                                List.of(6, "spiffe://cluster.local/ns/demo/sa/web"),
                                List.of(2, WEB.uid() + ".pod.cluster.local")));
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(leaf.getKeyUsage())
                .containsExactly(true, false, false, false, false, false, false, false, false);
        assertThat(leaf.getExtendedKeyUsage())
                .containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
        assertThat(leaf.getCriticalExtensionOIDs())
                .containsExactlyInAnyOrder("2.5.29.19", "2.5.29.15", "2.5.29.17");
        assertThat(leaf.getNonCriticalExtensionOIDs())
                .containsExactlyInAnyOrder("2.5.29.14", "2.5.29.35", "2.5.29.37");
        assertThat(leaf.getSubjectX500Principal().getName()).isEmpty();
        assertThat(leaf.getNotBefore().toInstant()).isEqualTo(NOW.minus(Duration.ofMinutes(4)));
        assertThat(svid.notAfter()).isEqualTo(NOW.plus(Duration.ofHours(12)));
        assertThat(P256.isOnCurve(leaf.getPublicKey())).isTrue();
        assertThat(svid.chain()).hasSize(2);
    }

    @Test
    void issuesTheKeyThatBelongsToTheLeaf() throws Exception {
        Svid svid = Authorities.open(dir(), NOW).issue(WEB, NOW);
        Signature signature = Signature.getInstance("SHA256withECDSA", P256.PROVIDER);
        signature.initSign(svid.privateKey());
        signature.update(new byte[] {1, 2, 3});
        byte[] signed = signature.sign();

        signature.initVerify(svid.leaf());
        signature.update(new byte[] {1, 2, 3});
        assertThat(signature.verify(signed)).isTrue();
    }

    @Test
    void constrainsItsIntermediateToTheTrustDomainAndToNoFurtherAuthority() {
        X509Certificate issuer = Authorities.open(dir(), NOW).issue(WEB, NOW).issuer();

        assertThat(issuer.getBasicConstraints()).isZero();
        assertThat(issuer.getCriticalExtensionOIDs()).contains("2.5.29.30", "2.5.29.19");
        assertThat(issuer.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(30)));
    }

    @Test
    void issuesChainsThatThePathValidationOfTheJdkAccepts() throws Exception {
        CertificateAuthority authority = Authorities.open(dir(), NOW);

        Authorities.validate(authority.issue(WEB, NOW), authority.bundle(), NOW);
        Authorities.validate(authority.issueForControlPlane(NOW), authority.bundle(), NOW);
    }

    @Test
    void theJdkRefusesAnotherTrustDomainsIdentityFromOurIntermediate() {
        CertificateAuthority authority = Authorities.open(dir(), NOW);
        SpiffeId foreign = new SpiffeId(new TrustDomain("other.example"), WEB.serviceAccount());
        Svid stolen = Authorities.signedByThief(dir(), foreign, "x.pod.cluster.local", NOW);

        assertThatThrownBy(() -> Authorities.validate(stolen, authority.bundle(), NOW))
                .isInstanceOf(CertPathValidatorException.class)
                .hasMessageContaining("name constraints");
    }

    @Test
    void theJdkRefusesAForeignHostNameFromOurIntermediate() {
        CertificateAuthority authority = Authorities.open(dir(), NOW);
        SpiffeId own = new SpiffeId(DOMAIN, WEB.serviceAccount());
        Svid stolen = Authorities.signedByThief(dir(), own, "bank.example", NOW);

        assertThatThrownBy(() -> Authorities.validate(stolen, authority.bundle(), NOW))
                .isInstanceOf(CertPathValidatorException.class)
                .hasMessageContaining("name constraints");
    }

    @Test
    void opensTheSameAuthorityAgain() throws Exception {
        Svid before = Authorities.open(dir(), NOW).issue(WEB, NOW);
        CertificateAuthority again = Authorities.open(dir(), NOW.plusSeconds(3600));

        Authorities.validate(before, again.bundle(), NOW);
        assertThat(again.issue(WEB, NOW.plusSeconds(3600)).issuer()).isEqualTo(before.issuer());
    }

    @Test
    void replacesItsIntermediateAtHalfLifeWhileOldLeavesStayGood() throws Exception {
        CertificateAuthority authority = Authorities.open(dir(), NOW);
        Instant late = NOW.plus(Duration.ofDays(15)).minusSeconds(3600);
        Svid before = authority.issue(WEB, late);
        Instant later = NOW.plus(Duration.ofDays(15)).plusSeconds(3600);

        Svid after = authority.issue(WEB, later);

        assertThat(after.issuer()).isNotEqualTo(before.issuer());
        assertThat(after.notAfter()).isEqualTo(later.plus(Duration.ofHours(12)));
        Authorities.validate(before, authority.bundle(), later);
        Authorities.validate(after, authority.bundle(), later);
        assertThat(authority.isInForce(Sha256.of(before.issuer()), later)).isTrue();
        assertThat(authority.isInForce(Sha256.of(after.issuer()), later)).isTrue();
    }

    @Test
    void takesTheIntermediateThatAnotherProcessRenewed() {
        CertificateAuthority one = Authorities.open(dir(), NOW);
        CertificateAuthority two = Authorities.open(dir(), NOW);
        Instant later = NOW.plus(Duration.ofDays(16));

        assertThat(two.issue(WEB, later).issuer()).isEqualTo(one.issue(WEB, later).issuer());
        assertThat(StateFolder.open(dir(), later).names("intermediate-")).hasSize(2);
    }

    @Test
    void startsAfterItsIntermediateEndedAndClearsItAway() throws Exception {
        Authorities.open(dir(), NOW);
        Instant later = NOW.plus(Duration.ofDays(40));

        CertificateAuthority authority = Authorities.open(dir(), later);
        authority.refresh(later);

        Authorities.validate(authority.issue(WEB, later), authority.bundle(), later);
        assertThat(StateFolder.open(dir(), later).names("intermediate-"))
                .containsExactly("intermediate-00000002.pem");
    }

    @Test
    void goesOnWithAnOldButValidIntermediateWhileNoNewOneCanBeWritten() throws Exception {
        CertificateAuthority authority = Authorities.open(dir(), NOW);
        Path aside = temporary.resolve("aside");
        Files.move(dir(), aside);
        Instant later = NOW.plus(Duration.ofDays(20));

        Svid svid = authority.issue(WEB, later);

        Authorities.validate(svid, authority.bundle(), later);
        assertThatThrownBy(() -> authority.refresh(later))
                .isInstanceOf(IdentityException.class)
                .hasMessageContaining("root.pem: was taken away");
        assertThatThrownBy(() -> authority.issue(WEB, NOW.plus(Duration.ofDays(31))))
                .isInstanceOf(IdentityException.class);

        Files.move(aside, dir());
        authority.refresh(later);
        assertThat(authority.issue(WEB, later).issuer()).isNotEqualTo(svid.issuer());
    }

    @Test
    void clampsALeafToItsIssuersEnd() {
        CaSettings settings =
                new CaSettings(
                        Duration.ofHours(3),
                        Duration.ofDays(30),
                        Duration.ofHours(12),
                        Duration.ofMinutes(4));
        CertificateAuthority authority = Authorities.open(dir(), settings, NOW);

        Svid svid = authority.issue(WEB, NOW.plus(Duration.ofHours(2)));

        assertThat(svid.notAfter()).isEqualTo(NOW.plus(Duration.ofHours(3)));
        assertThat(svid.issuer().getNotAfter().toInstant())
                .isEqualTo(NOW.plus(Duration.ofHours(3)));
        // No spiral of ever shorter intermediates towards the root's end.
        assertThat(StateFolder.open(dir(), NOW).names("intermediate-")).hasSize(1);
    }

    @Test
    void stopsIssuingWhenItsRootHasEnded() {
        CertificateAuthority authority = Authorities.open(dir(), NOW);
        Instant after = NOW.plus(Duration.ofDays(3650));

        assertThatThrownBy(() -> authority.issue(WEB, after))
                .isInstanceOfSatisfying(
                        IdentityException.class,
                        e -> assertThat(e.category()).isEqualTo(Category.ISSUER_EXPIRED))
                .hasMessageContaining("the root is valid from");
    }

    @Test
    void makesNoSerialTwice() {
        SecureRandom random = new SecureRandom();
        Set<BigInteger> serials = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            BigInteger serial = CertificateTemplate.randomSerial(random);
            assertThat(serial.signum()).isPositive();
            assertThat(serial.bitLength()).isLessThanOrEqualTo(128);
            serials.add(serial);
        }
        assertThat(serials).hasSize(100_000);

        CertificateAuthority authority = Authorities.open(dir(), NOW);
        Set<BigInteger> issued = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            issued.add(authority.issue(WEB, NOW).serial());
        }
        assertThat(issued).hasSize(200);
    }

    @Test
    void trustsTheRootsThatAnOperatorAddsAndKeepsTheOldBundleWhenTheFileIsGarbage()
            throws Exception {
        CertificateAuthority authority = Authorities.open(dir(), NOW);
        CertificateAuthority other = Authorities.open(temporary.resolve("other"), NOW);
        TrustBundle alone = authority.bundle();

        Path file = dir().resolve("also-trusted.pem");
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, other.bundle().pem());
        authority.refresh(NOW);
        TrustBundle both = authority.bundle();
        assertThat(both.roots()).hasSize(2).containsAll(alone.roots());

        Files.writeString(file, "-----BEGIN CERTIFICATE-----\ngarbage\n-----END CERTIFICATE-----");
        assertThatThrownBy(() -> authority.refresh(NOW))
                .isInstanceOf(IdentityException.class)
                .hasMessageContaining("also-trusted.pem");
        assertThat(authority.bundle()).isEqualTo(both);

        Files.delete(file);
        authority.refresh(NOW);
        assertThat(authority.bundle()).isEqualTo(alone);
    }

    @Test
    void refusesTrustDomainsThatCannotBeConstrained() {
        for (String name :
                List.of("under_score.local", "10.0.0.1", ".local", "a..b", "x".repeat(121))) {
            assertThatThrownBy(() ->
                            CertificateAuthority.open(
                                    StateFolder.open(dir(), NOW),
                                    new TrustDomain(name),
                                    CaSettings.byDefault(),
                                    NOW,
                                    new SecureRandom()))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("trust domain");
        }
        assertThat(StateFolder.open(dir(), NOW).names("")).isEmpty();
    }

    @Test
    void refusesNamesThatWouldChangeTheMeaningOfACertificate() {
        WorkloadName workload = new WorkloadName("demo", "web-1");
        ServiceAccountName account = new ServiceAccountName("demo", "web");
        for (String uid :
                List.of("", "a.b,URI:spiffe://x", "A", "a b", "*", "x".repeat(129), "ü")) {
            assertThatThrownBy(() -> new WorkloadIdentity(workload, uid, account))
                    .as(uid)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        for (String name : List.of("", "web/../admin", "web\nx", "Web", "%2e%2e")) {
            assertThatThrownBy(() ->
                            new WorkloadIdentity(
                                    workload, "u", new ServiceAccountName("demo", name)))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void printsNoKey() {
        CertificateAuthority authority = Authorities.open(dir(), NOW);
        Svid svid = authority.issue(WEB, NOW);
        String scalar = new BigInteger(1, P256.scalar(svid.privateKey())).toString(16);

        assertThat(svid.toString()).startsWith("Svid[serial=").doesNotContain(scalar, "PRIVATE");
        assertThat(svid.toString()).doesNotContain("privateKey");
        assertThat(authority.bundle().toString()).doesNotContain("BEGIN");
    }
}
