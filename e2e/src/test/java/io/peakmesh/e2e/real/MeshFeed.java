package io.peakmesh.e2e.real;

import io.peakmesh.identity.issue.CaSettings;
import io.peakmesh.identity.issue.CertificateAuthority;
import io.peakmesh.identity.issue.WorkloadIdentity;
import io.peakmesh.identity.rotation.NewestKeyManager;
import io.peakmesh.identity.rotation.ServerIdentity;
import io.peakmesh.identity.sds.WorkloadSecrets;
import io.peakmesh.identity.state.StateFolder;
import io.peakmesh.kube.folder.YamlFolder;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.Settings;
import io.peakmesh.model.Workload;
import io.peakmesh.smi.index.Index;
import io.peakmesh.smi.object.ObjectEvent;
import io.peakmesh.xds.server.ServerStatus;
import io.peakmesh.xds.server.XdsServer;
import io.peakmesh.xds.server.XdsServerConfig;
import io.peakmesh.xds.server.peer.Peer;
import io.peakmesh.xds.server.peer.PeerAuthenticator;
import io.peakmesh.xds.server.peer.SecretSource;
import io.peakmesh.xds.translator.envoy.EnvoyTranslator;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The translator, the xDS server and the certificate authority in this JVM, for one proxy and for
 * meshes that change faster than a folder of files can. It stands where the control plane of a
 * {@link RealMesh} would.
 */
final class MeshFeed implements Closeable, PeerAuthenticator, SecretSource {
    private static final String TOKEN = "fed";

    private final InstantSource clock = InstantSource.system();
    private final SecureRandom random = new SecureRandom();
    private final Mesh first;
    private final Peer peer;
    private final WorkloadSecrets secrets;
    private final XdsServer server;

    /** Serves what the mesh's folder describes to {@code client}'s proxy. */
    MeshFeed(RealMesh mesh, Pod client) throws IOException {
        Instant now = clock.instant();
        this.first = read(mesh.folder());
        Workload workload =
                Objects.requireNonNull(
                        first.workloads().get(client.workload()), "the folder has no such pod");
        this.peer = new Peer(workload.name(), workload.uid(), workload.serviceAccount());
        StateFolder folder = StateFolder.open(mesh.state().resolve("ca"), now);
        CertificateAuthority authority =
                CertificateAuthority.open(
                        folder,
                        first.settings().trustDomain(),
                        CaSettings.byDefault(),
                        now,
                        random);
        this.secrets = new WorkloadSecrets(authority, folder, random, _ -> {});
        Files.writeString(mesh.state().resolve("roots.pem"), authority.bundle().pem());
        Path token = Files.createDirectories(mesh.tokenDir(client)).resolve("token");
        Files.writeString(token, TOKEN);
        this.server =
                XdsServer.builder(
                                XdsServerConfig.at(mesh.xds()).withDrain(Duration.ofMillis(50)),
                                new EnvoyTranslator(),
                                this,
                                this,
                                clock,
                                random)
                        .tls(new NewestKeyManager(ServerIdentity.issue(authority, random, now)))
                        .build();
        server.start();
        server.publish(first);
    }

    private Mesh read(SourceFolder source) throws IOException {
        List<ObjectEvent> events = new ArrayList<>();
        YamlFolder.open(source.dir(), clock, events::addAll).close();
        return new Index(Settings.byDefault()).apply(events);
    }

    /** What the folder described. */
    Mesh first() {
        return first;
    }

    void publish(Mesh mesh) {
        server.publish(mesh);
    }

    ServerStatus status() {
        return server.status();
    }

    @Override
    public PeerAuthenticator.Verdict authenticate(String token) {
        return token.equals(TOKEN)
                ? new PeerAuthenticator.Verdict.Accepted(peer)
                : new PeerAuthenticator.Verdict.Refused("another token");
    }

    @Override
    public Optional<SecretSource.Secret> secret(Peer asker, String name, String heldVersion) {
        WorkloadIdentity who =
                new WorkloadIdentity(asker.workload(), asker.uid(), asker.serviceAccount());
        return secrets.secret(who, name, heldVersion, clock.instant())
                .map(s -> new SecretSource.Secret(s.version(), s.message(), s.renewAt()));
    }

    @Override
    public AutoCloseable subscribe(Runnable onChange) {
        return secrets.subscribe(onChange);
    }

    @Override
    public void close() {
        server.close();
    }
}
