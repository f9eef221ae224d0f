package io.peakmesh.cli.run;

import io.peakmesh.identity.attest.TokenAuthority;
import io.peakmesh.identity.attest.Verdict.Refused;
import io.peakmesh.identity.attest.Verdict.Verified;
import io.peakmesh.identity.issue.CaSettings;
import io.peakmesh.identity.issue.CertificateAuthority;
import io.peakmesh.identity.issue.WorkloadIdentity;
import io.peakmesh.identity.rotation.NewestKeyManager;
import io.peakmesh.identity.rotation.ServerIdentity;
import io.peakmesh.identity.sds.IssueEvent;
import io.peakmesh.identity.sds.WorkloadSecrets;
import io.peakmesh.identity.state.IdentityException;
import io.peakmesh.identity.state.StateFolder;
import io.peakmesh.model.Workload;
import io.peakmesh.xds.server.peer.Peer;
import io.peakmesh.xds.server.peer.PeerAuthenticator;
import io.peakmesh.xds.server.peer.SecretSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.X509ExtendedKeyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate authority as the xDS server needs it: who calls, and which secrets are theirs.
 */
final class Identity implements PeerAuthenticator, SecretSource {
    private static final Logger LOG = LoggerFactory.getLogger(Identity.class);

    private final InstantSource clock;
    private final SecureRandom random;
    private final Path rootsFile;
    private final CertificateAuthority authority;
    private final TokenAuthority tokens;
    private final WorkloadSecrets secrets;
    private final NewestKeyManager keys;
    private Instant renewOwnAt;

    Identity(ControlPlaneOptions options, InstantSource clock, SecureRandom random)
            throws IOException {
        this.clock = clock;
        this.random = random;
        this.rootsFile = options.state().resolve("roots.pem");
        Instant now = clock.instant();
        StateFolder folder = StateFolder.open(options.state().resolve("ca"), now);
        this.authority =
                CertificateAuthority.open(
                        folder,
                        options.settings().trustDomain(),
                        CaSettings.byDefault().withLeafLifetime(options.leafTtl()),
                        now,
                        random);
        this.tokens = TokenAuthority.open(folder, options.settings().trustDomain(), random);
        this.secrets = new WorkloadSecrets(authority, folder, random, Identity::audit);
        ServerIdentity own = ServerIdentity.issue(authority, random, now);
        this.keys = new NewestKeyManager(own);
        this.renewOwnAt = own.renewAt();
        writeRoots();
    }

    private static void audit(IssueEvent event) {
        switch (event) {
            case IssueEvent.Issued issued ->
                    LOG.info(
                            "certificate issued: workload={} serial={} notAfter={} reason={}",
                            issued.who().workload(),
                            issued.serial(),
                            issued.notAfter(),
                            issued.reason());
            case IssueEvent.Failed failed ->
                    LOG.error(
                            "certificate not issued: workload={} reason={} cause=\"{}\"",
                            failed.who().workload(),
                            failed.reason(),
                            failed.cause());
        }
    }

    X509ExtendedKeyManager serverKeys() {
        return keys;
    }

    @Override
    public PeerAuthenticator.Verdict authenticate(String token) {
        return switch (tokens.verify(token, clock.instant())) {
            case Verified verified ->
                    new PeerAuthenticator.Verdict.Accepted(
                            new Peer(
                                    verified.who().workload(),
                                    verified.who().uid(),
                                    verified.who().serviceAccount()));
            case Refused refused -> new PeerAuthenticator.Verdict.Refused(refused.reason().text());
        };
    }

    @Override
    public Optional<SecretSource.Secret> secret(Peer peer, String name, String heldVersion) {
        WorkloadIdentity who =
                new WorkloadIdentity(peer.workload(), peer.uid(), peer.serviceAccount());
        return secrets.secret(who, name, heldVersion, clock.instant())
                .map(s -> new SecretSource.Secret(s.version(), s.message(), s.renewAt()));
    }

    @Override
    public AutoCloseable subscribe(Runnable onChange) {
        return secrets.subscribe(onChange);
    }

    String mint(Workload workload, Duration ttl, Instant now) {
        return tokens.mint(workload.name(), workload.uid(), workload.serviceAccount(), ttl, now);
    }

    /** Calls all leaf certificates in; every proxy gets a new one over its open stream. */
    void renewAll() {
        secrets.renewAll();
    }

    /** To be called about once a minute: rotations by others, own certificate, trust bundle. */
    void refresh(Instant now) throws IOException {
        try {
            tokens.refresh();
            secrets.refresh(now);
            if (!now.isBefore(renewOwnAt)) {
                ServerIdentity own = ServerIdentity.issue(authority, random, now);
                keys.install(own);
                renewOwnAt = own.renewAt();
            }
        } catch (IdentityException e) {
            LOG.error(
                    "identity not refreshed: category={} cause=\"{}\"",
                    e.category(),
                    e.getMessage());
        }
        writeRoots();
    }

    private void writeRoots() throws IOException {
        String pem = authority.bundle().pem();
        if (!Files.exists(rootsFile) || !Files.readString(rootsFile).equals(pem)) {
            Path beside = rootsFile.resolveSibling(".roots.pem");
            Files.writeString(beside, pem);
            Files.move(beside, rootsFile, StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
