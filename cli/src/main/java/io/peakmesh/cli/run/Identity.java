package io.peakmesh.cli.run;

import io.peakmesh.identity.issue.CaSettings;
import io.peakmesh.identity.issue.CertificateAuthority;
import io.peakmesh.identity.issue.WorkloadIdentity;
import io.peakmesh.identity.key.Pem;
import io.peakmesh.identity.rotation.NewestKeyManager;
import io.peakmesh.identity.rotation.ServerIdentity;
import io.peakmesh.identity.sds.IssueEvent;
import io.peakmesh.identity.sds.WorkloadSecrets;
import io.peakmesh.identity.state.IdentityException;
import io.peakmesh.identity.state.State;
import io.peakmesh.model.TrustDomain;
import io.peakmesh.xds.server.peer.Peer;
import io.peakmesh.xds.server.peer.SecretSource;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.X509ExtendedKeyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The certificate authority as the servers need it: the workloads' secrets, and their own keys. */
public final class Identity implements SecretSource {
    private static final Logger LOG = LoggerFactory.getLogger(Identity.class);

    private final InstantSource clock;
    private final SecureRandom random;
    private final List<String> serverNames;
    private final CertificateAuthority authority;
    private final WorkloadSecrets secrets;
    private final NewestKeyManager keys;
    private volatile ServerIdentity own;
    private Instant renewOwnAt;

    Identity(
            State state,
            TrustDomain trustDomain,
            Duration leafTtl,
            List<String> serverNames,
            InstantSource clock,
            SecureRandom random) {
        this.clock = clock;
        this.random = random;
        this.serverNames = List.copyOf(serverNames);
        Instant now = clock.instant();
        this.authority =
                CertificateAuthority.open(
                        state,
                        trustDomain,
                        CaSettings.byDefault().withLeafLifetime(leafTtl),
                        now,
                        random);
        this.secrets = new WorkloadSecrets(authority, state, random, Identity::audit);
        this.own = ServerIdentity.issue(authority, serverNames, random, now);
        this.keys = new NewestKeyManager(own);
        this.renewOwnAt = own.renewAt();
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

    /** The newest certificate of the servers at each handshake. */
    public X509ExtendedKeyManager serverKeys() {
        return keys;
    }

    /** The trust bundle. */
    public String rootsPem() {
        return authority.bundle().pem();
    }

    /** What of it anybody may know: the trust bundle, and the certificates of the servers. */
    Map<String, Object> report() {
        return Map.of(
                "trustDomain",
                authority.trustDomain().toString(),
                "roots",
                rootsPem(),
                "chain",
                own.chain().stream().map(Pem::write).collect(Collectors.joining()));
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

    /** Calls all leaf certificates in; every proxy gets a new one over its open stream. */
    void renewAll() {
        secrets.renewAll();
    }

    /** To be called about once a minute: rotations by others, own certificate, trust bundle. */
    void refresh(Instant now) {
        try {
            secrets.refresh(now);
            if (!now.isBefore(renewOwnAt)) {
                ServerIdentity next = ServerIdentity.issue(authority, serverNames, random, now);
                keys.install(next);
                own = next;
                renewOwnAt = next.renewAt();
            }
        } catch (IdentityException e) {
            LOG.error(
                    "identity not refreshed: category={} cause=\"{}\"",
                    e.category(),
                    e.getMessage());
        }
    }
}
