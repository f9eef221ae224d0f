package io.peakmesh.cli.folder;

import io.peakmesh.cli.admin.AdminServer;
import io.peakmesh.cli.health.SourceHealth;
import io.peakmesh.cli.run.Core;
import io.peakmesh.cli.run.Home;
import io.peakmesh.cli.run.PrivateFolder;
import io.peakmesh.cli.run.RootsFile;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.identity.attest.TokenAuthority;
import io.peakmesh.identity.attest.Verdict;
import io.peakmesh.identity.state.IdentityException;
import io.peakmesh.identity.state.State;
import io.peakmesh.identity.state.StateFolder;
import io.peakmesh.kube.folder.YamlFolder;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.TrustDomain;
import io.peakmesh.smi.object.ObjectEvent;
import io.peakmesh.smi.status.JudgementChange;
import io.peakmesh.xds.server.peer.Peer;
import io.peakmesh.xds.server.peer.PeerAuthenticator;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A folder of YAML and a state folder: keys, a token for every meshed Pod, the trust bundle. */
public final class FolderHome implements Home {
    private static final Logger LOG = LoggerFactory.getLogger(FolderHome.class);

    private final Path source;
    private final Path state;
    private final StateFolder keys;
    private final TokenAuthority tokens;
    private final TokenFiles files;
    private final RootsFile roots;
    private final InstantSource clock;
    private final SecureRandom random;
    private volatile @Nullable Core core;
    private @Nullable YamlFolder folder;
    private @Nullable AdminServer admin;
    private String trouble = "";

    /** Opens the state folder, making it if there is none; throws CliException if it cannot be. */
    public FolderHome(
            Path source,
            Path state,
            TrustDomain trustDomain,
            Duration tokenTtl,
            InstantSource clock,
            SecureRandom random) {
        this.source = source;
        this.state = state;
        this.clock = clock;
        this.random = random;
        PrivateFolder.make(state);
        try {
            this.keys = StateFolder.open(state.resolve("ca"), clock.instant());
            this.tokens = TokenAuthority.open(keys, trustDomain, random);
        } catch (IdentityException e) {
            throw new CliException("" + e.getMessage(), e);
        }
        this.roots = new RootsFile(state);
        this.files =
                new TokenFiles(
                        state,
                        tokenTtl,
                        (workload, ttl, now) ->
                                tokens.mint(
                                        workload.name(),
                                        workload.uid(),
                                        workload.serviceAccount(),
                                        ttl,
                                        now));
    }

    @Override
    public String source() {
        return source.toString();
    }

    @Override
    public State state() {
        return keys;
    }

    @Override
    public List<String> serverNames() {
        return List.of();
    }

    @Override
    public PeerAuthenticator authenticator() {
        return token ->
                switch (tokens.verify(token, clock.instant())) {
                    case Verdict.Verified(var who) ->
                            new PeerAuthenticator.Verdict.Accepted(
                                    new Peer(who.workload(), who.uid(), who.serviceAccount()));
                    case Verdict.Refused(var reason) ->
                            new PeerAuthenticator.Verdict.Refused(reason.text());
                };
    }

    @Override
    public void open(Core opened, Consumer<List<ObjectEvent>> sink) throws IOException {
        this.core = opened;
        roots.bring(opened.identity().rootsPem());
        this.folder = YamlFolder.open(source, clock, sink);
        this.admin = AdminServer.start(state, random, opened.routes());
    }

    /** A folder is read at the start and looked at for ever, so there is nothing to tell. */
    @Override
    public SourceHealth health() {
        return new SourceHealth() {
            @Override
            public List<Feed> feeds() {
                return List.of();
            }

            @Override
            public boolean leader() {
                return true;
            }
        };
    }

    @Override
    public void meshChanged(Mesh mesh, List<JudgementChange> changes, Instant now) {
        bringTokens(mesh, now);
    }

    @Override
    public void tick(Mesh mesh, Instant now) {
        bringTokens(mesh, now);
    }

    /** A token that cannot be written is tried again each second and never holds the mesh back. */
    private void bringTokens(Mesh mesh, Instant now) {
        String next = "";
        try {
            files.bring(mesh, now);
        } catch (IOException e) {
            next = e.toString();
            if (!next.equals(trouble)) {
                LOG.error("tokens not written: cause=\"{}\"", next);
            }
        }
        trouble = next;
    }

    @Override
    public void refresh(Instant now) throws IOException {
        try {
            tokens.refresh();
        } catch (IdentityException e) {
            LOG.error(
                    "token keys not read: category={} cause=\"{}\"", e.category(), e.getMessage());
        }
        Core opened = core;
        if (opened != null) {
            roots.bring(opened.identity().rootsPem());
        }
    }

    /** Nobody else has this folder's proxies. */
    @Override
    public void leave() {}

    @Override
    public void close() throws IOException {
        if (admin != null) {
            admin.close();
        }
        if (folder != null) {
            folder.close();
        }
    }
}
