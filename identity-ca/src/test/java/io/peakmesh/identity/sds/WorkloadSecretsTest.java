package io.peakmesh.identity.sds;

import static io.peakmesh.identity.issue.Authorities.NOW;
import static io.peakmesh.identity.issue.Authorities.WEB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.peakmesh.identity.issue.Authorities;
import io.peakmesh.identity.issue.CaSettings;
import io.peakmesh.identity.issue.CertificateAuthority;
import io.peakmesh.identity.issue.WorkloadIdentity;
import io.peakmesh.identity.sds.IssueEvent.Failed;
import io.peakmesh.identity.sds.IssueEvent.Issued;
import io.peakmesh.identity.sds.IssueEvent.Reason;
import io.peakmesh.identity.state.IdentityException;
import io.peakmesh.identity.state.StateFolder;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.WorkloadName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WorkloadSecretsTest {
    @TempDir Path temporary;
    private final List<IssueEvent> audit = new ArrayList<>();

    private Path dir() {
        return temporary.resolve("state");
    }

    private WorkloadSecrets open(Path dir, CaSettings settings, Instant now) {
        CertificateAuthority authority = Authorities.open(dir, settings, now);
        return new WorkloadSecrets(
                authority, StateFolder.open(dir, now), new Random(3), audit::add);
    }

    private WorkloadSecrets open(Instant now) {
        return open(dir(), CaSettings.byDefault(), now);
    }

    private static WorkloadSecret identity(WorkloadSecrets secrets, String held, Instant now) {
        return secrets.secret(WEB, "id", held, now).orElseThrow();
    }

    private Reason lastReason() {
        return audit.getLast().reason();
    }

    @Test
    void makesTheSecretsThatEnvoyWants() throws Exception {
        WorkloadSecrets secrets = open(NOW);

        Secret id = Secret.parseFrom(identity(secrets, "", NOW).message().orElseThrow());
        assertThat(id.getName()).isEqualTo("id");
        assertThat(id.getTlsCertificate().getCertificateChain().getInlineBytes().toStringUtf8())
                .satisfies(pem -> assertThat(pem.split("BEGIN CERTIFICATE", -1)).hasSize(3))
                .doesNotContain("PRIVATE");
        assertThat(id.getTlsCertificate().getPrivateKey().getInlineBytes().toStringUtf8())
                .startsWith("-----BEGIN PRIVATE KEY-----\n");
        WorkloadSecret roots = secrets.secret(WEB, "roots", "", NOW).orElseThrow();
        assertThat(
                        Secret.parseFrom(roots.message().orElseThrow())
                                .getValidationContext()
                                .getTrustedCa()
                                .getInlineBytes()
                                .toStringUtf8())
                .isEqualTo(Authorities.open(dir(), NOW).bundle().pem());
    }

    @Test
    void hasNothingUnderAnyOtherName() {
        WorkloadSecrets secrets = open(NOW);
        for (String name : List.of("", "ID", "id ", "roots2", "../root.pem", "root.pem")) {
            assertThat(secrets.secret(WEB, name, "", NOW)).as(name).isEmpty();
        }
        assertThat(audit).isEmpty();
    }

    @Test
    void letsAProxyKeepItsLeafUntilHalfOfItsLife() {
        WorkloadSecrets secrets = open(NOW);
        WorkloadSecret first = identity(secrets, "", NOW);

        WorkloadSecret kept = identity(secrets, first.version(), first.renewAt().minusMillis(1));
        assertThat(kept)
                .isEqualTo(new WorkloadSecret(first.version(), Optional.empty(), first.renewAt()));
        assertThat(kept.isHeld()).isTrue();
        WorkloadSecret renewed = identity(secrets, first.version(), first.renewAt());
        assertThat(renewed.isHeld()).isFalse();
        assertThat(renewed.version()).isNotEqualTo(first.version());
        assertThat(audit)
                .extracting(IssueEvent::reason)
                .containsExactly(Reason.NONE_HELD, Reason.DUE);
    }

    @Test
    void spreadsRenewalsAroundHalfOfTheLife() {
        WorkloadSecrets secrets = open(NOW);
        Set<Instant> times = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            Instant renewAt = identity(secrets, "", NOW).renewAt();
            assertThat(renewAt)
                    .isBetween(
                            NOW.plus(Duration.ofMinutes(324)), NOW.plus(Duration.ofMinutes(396)));
            times.add(renewAt);
        }
        assertThat(times).hasSizeGreaterThan(45);
    }

    @Test
    void renewsWithinSecondsWhereLeavesLiveForSeconds() {
        WorkloadSecrets secrets =
                open(dir(), CaSettings.byDefault().withLeafLifetime(Duration.ofSeconds(4)), NOW);
        WorkloadSecret first = identity(secrets, "", NOW);

        assertThat(first.renewAt()).isBetween(NOW.plusMillis(1800), NOW.plusMillis(2200));
        assertThat(identity(secrets, first.version(), NOW.plusMillis(2200)).isHeld()).isFalse();
    }

    @Test
    void sendsNothingAnewAfterARestartOrFromASecondControlPlane() {
        WorkloadSecrets first = open(NOW);
        WorkloadSecret id = identity(first, "", NOW);
        WorkloadSecret roots = first.secret(WEB, "roots", "", NOW).orElseThrow();

        WorkloadSecrets second = open(NOW.plusSeconds(60));
        assertThat(identity(second, id.version(), NOW.plusSeconds(60)).isHeld()).isTrue();
        assertThat(
                        second.secret(WEB, "roots", roots.version(), NOW.plusSeconds(60))
                                .orElseThrow()
                                .isHeld())
                .isTrue();
    }

    @Test
    void letsAProxyKeepItsLeafWhenTheIntermediateIsReplaced() {
        WorkloadSecrets secrets = open(NOW);
        Instant before = NOW.plus(Duration.ofDays(15)).minusSeconds(600);
        WorkloadSecret leaf = identity(secrets, "", before);
        Instant after = NOW.plus(Duration.ofDays(15)).plusSeconds(600);
        secrets.refresh(after);

        assertThat(StateFolder.open(dir(), after).names("intermediate-")).hasSize(2);
        assertThat(identity(secrets, leaf.version(), after).isHeld()).isTrue();
    }

    @Test
    void replacesALeafWhoseIssuerWasTakenAway() throws Exception {
        WorkloadSecrets secrets = open(NOW);
        WorkloadSecret leaf = identity(secrets, "", NOW);
        Files.delete(dir().resolve("intermediate-00000001.pem"));
        secrets.refresh(NOW);

        assertThat(identity(secrets, leaf.version(), NOW).isHeld()).isFalse();
        assertThat(lastReason()).isEqualTo(Reason.ISSUER_GONE);
    }

    @Test
    void believesNoVersionThatWasTamperedWith() {
        WorkloadSecrets secrets = open(NOW);
        String version = identity(secrets, "", NOW).version();
        SecretKeySpec key = key();
        byte[] bytes = Base64.getUrlDecoder().decode(version);
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] changed = bytes.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            String text = Base64.getUrlEncoder().withoutPadding().encodeToString(changed);
            assertThat(HeldLeaf.verify(text, WEB, key)).as("bit %d", bit).isEmpty();
        }
        assertThat(HeldLeaf.verify(version, WEB, key)).isPresent();
        assertThat(identity(secrets, version.substring(1), NOW).isHeld()).isFalse();
        assertThat(lastReason()).isEqualTo(Reason.NOT_OURS);
    }

    @Test
    void believesNoGarbageInPlaceOfAVersion() {
        WorkloadSecrets secrets = open(NOW);
        String version = identity(secrets, "", NOW).version();
        for (String held :
                List.of(
                        "1",
                        "A".repeat(version.length()),
                        version + "=",
                        version + "==",
                        version + "A",
                        " " + version,
                        "x".repeat(1_000_000),
                        "\u0000é")) {
            assertThat(identity(secrets, held, NOW).isHeld()).isFalse();
            assertThat(lastReason()).isEqualTo(Reason.NOT_OURS);
        }
    }

    @Test
    void believesNoVersionOfAnotherWorkload() {
        WorkloadSecrets secrets = open(NOW);
        String version = identity(secrets, "", NOW).version();
        List<WorkloadIdentity> others =
                List.of(
                        new WorkloadIdentity(WEB.workload(), "other-uid", WEB.serviceAccount()),
                        new WorkloadIdentity(
                                new WorkloadName("demo", "web-2"), WEB.uid(), WEB.serviceAccount()),
                        new WorkloadIdentity(
                                WEB.workload(),
                                WEB.uid(),
                                new ServiceAccountName("demo", "admin")));
        for (WorkloadIdentity other : others) {
            assertThat(secrets.secret(other, "id", version, NOW).orElseThrow().isHeld()).isFalse();
            assertThat(lastReason()).isEqualTo(Reason.NOT_OURS);
        }
    }

    @Test
    void believesNoVersionOfAnotherAuthority() {
        String theirs =
                identity(open(temporary.resolve("b"), CaSettings.byDefault(), NOW), "", NOW)
                        .version();

        assertThat(identity(open(NOW), theirs, NOW).isHeld()).isFalse();
        assertThat(lastReason()).isEqualTo(Reason.NOT_OURS);
    }

    @Test
    void replacesALeafThatHasEnded() {
        WorkloadSecrets secrets = open(NOW);
        String version = identity(secrets, "", NOW).version();

        assertThat(identity(secrets, version, NOW.plus(Duration.ofDays(2))).isHeld()).isFalse();
        assertThat(lastReason()).isEqualTo(Reason.DUE);
    }

    @Test
    void replacesEveryLeafThatWasCalledInOnce() throws Exception {
        WorkloadSecrets secrets = open(NOW);
        WorkloadSecrets elsewhere = open(NOW);
        AtomicInteger changes = new AtomicInteger();
        AutoCloseable subscription = elsewhere.subscribe(changes::incrementAndGet);
        String version = identity(secrets, "", NOW).version();

        secrets.renewAll();
        WorkloadSecret renewed = identity(secrets, version, NOW);
        assertThat(renewed.isHeld()).isFalse();
        assertThat(lastReason()).isEqualTo(Reason.CALLED_IN);
        assertThat(identity(secrets, renewed.version(), NOW).isHeld()).isTrue();

        elsewhere.refresh(NOW);
        assertThat(changes).hasValue(1);
        assertThat(identity(elsewhere, version, NOW).isHeld()).isFalse();
        assertThat(identity(elsewhere, renewed.version(), NOW).isHeld()).isTrue();
        assertThat(identity(open(NOW), version, NOW).isHeld()).isFalse();
        elsewhere.renewAll();
        elsewhere.renewAll();
        assertThat(identity(elsewhere, renewed.version(), NOW).isHeld()).isFalse();
        assertThat(StateFolder.open(dir(), NOW).names("call-in-"))
                .containsExactly("call-in-00000003");
        assertThat(changes).hasValue(3);

        subscription.close();
        elsewhere.renewAll();
        assertThat(changes).hasValue(3);
    }

    @Test
    void tellsWhenTheBundleChangesAndOnlyThen() throws Exception {
        WorkloadSecrets secrets = open(NOW);
        AtomicInteger changes = new AtomicInteger();
        secrets.subscribe(changes::incrementAndGet);
        String held = secrets.secret(WEB, "roots", "", NOW).orElseThrow().version();
        secrets.refresh(NOW);
        assertThat(changes).hasValue(0);

        Path file = dir().resolve("also-trusted.pem");
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, Authorities.open(temporary.resolve("b"), NOW).bundle().pem());
        secrets.refresh(NOW);
        assertThat(changes).hasValue(1);
        assertThat(secrets.secret(WEB, "roots", held, NOW).orElseThrow().isHeld()).isFalse();
        secrets.refresh(NOW);
        assertThat(changes).hasValue(1);
    }

    @Test
    void issuesForAsLongAsItsIssuerLivesAndThenSaysWhyItCannot() throws Exception {
        WorkloadSecrets secrets = open(NOW);
        Files.move(dir(), temporary.resolve("aside"));

        Instant last = NOW.plus(Duration.ofDays(30)).minusSeconds(60);
        assertThat(identity(secrets, "", last).isHeld()).isFalse();
        Instant over = NOW.plus(Duration.ofDays(30));
        assertThatThrownBy(() -> secrets.secret(WEB, "id", "", over))
                .isInstanceOf(IdentityException.class);
        assertThat(audit.getLast())
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed -> assertThat(failed.cause()).contains(dir().toString()));
    }

    @Test
    void reportsWhatItIssued() throws Exception {
        WorkloadSecrets secrets = open(NOW);
        WorkloadSecret secret = identity(secrets, "", NOW);
        HeldLeaf leaf = HeldLeaf.verify(secret.version(), WEB, key()).orElseThrow();

        assertThat(audit).hasSize(1);
        Issued issued = (Issued) audit.getFirst();
        assertThat(issued.who()).isEqualTo(WEB);
        assertThat(issued.serial()).isEqualTo(leaf.serial().toString(16));
        assertThat(issued.notAfter()).isEqualTo(NOW.plus(Duration.ofHours(12)));
        assertThat(issued.sha256()).matches("[0-9a-f]{64}");
    }

    @Test
    void printsNoKey() {
        WorkloadSecret secret = identity(open(NOW), "", NOW);
        assertThat(secret.toString()).doesNotContain("PRIVATE", "BEGIN", "message");
        assertThat(audit.toString()).doesNotContain("PRIVATE", "BEGIN");
    }

    private SecretKeySpec key() {
        return Authorities.open(dir(), NOW).derivedKey("peakmesh secret version 1");
    }
}
