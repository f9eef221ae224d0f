package io.peakmesh.cli.run;

import io.peakmesh.cli.admin.AdminServer;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.Version;
import io.peakmesh.identity.state.IdentityException;
import io.peakmesh.kube.folder.YamlFolder;
import io.peakmesh.xds.server.XdsServer;
import io.peakmesh.xds.server.XdsServerConfig;
import io.peakmesh.xds.translator.envoy.EnvoyTranslator;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running control plane: folder → index → translator → server, with identity beside them. It owns
 * one thread of its own, {@link MeshLoop}; the rooms have theirs.
 */
public final class ControlPlane implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);

    private final XdsServer server;
    private final MeshLoop loop;
    private final YamlFolder folder;
    private final AdminServer admin;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Starts everything; returns when the first mesh is served. */
    public static ControlPlane start(ControlPlaneOptions options) {
        try {
            return new ControlPlane(options);
        } catch (IdentityException e) {
            throw new CliException("" + e.getMessage(), e);
        } catch (IOException e) {
            throw new CliException("the control plane cannot start: " + e, e);
        }
    }

    private ControlPlane(ControlPlaneOptions options) throws IOException {
        InstantSource clock = InstantSource.system();
        SecureRandom random = new SecureRandom();
        makePrivate(options.state());
        Identity identity = new Identity(options, clock, random);
        InetSocketAddress bind = new InetSocketAddress(options.xds().host(), options.xds().port());
        this.server =
                XdsServer.builder(
                                XdsServerConfig.at(bind),
                                new EnvoyTranslator(),
                                identity,
                                identity,
                                clock,
                                random)
                        .tls(identity.serverKeys())
                        .build();
        try {
            server.start();
        } catch (IOException e) {
            server.close();
            throw new CliException(
                    "cannot listen at "
                            + options.xds()
                            + " ("
                            + e.getMessage()
                            + "); name another address with --xds",
                    e);
        }
        TokenFiles tokens = new TokenFiles(options.state(), options.tokenTtl(), identity::mint);
        this.loop = new MeshLoop(options.settings(), server, identity, tokens, clock);
        try {
            this.folder = YamlFolder.open(options.source(), clock, loop::offer);
            loop.start();
            this.admin = AdminServer.start(options.state(), random, routes(identity));
        } catch (IOException | RuntimeException e) {
            loop.close();
            server.close();
            throw e;
        }
        LOG.info(
                "ready: source={} xds={}:{} state={}",
                options.source(),
                options.xds().host(),
                server.port(),
                options.state());
    }

    private static void makePrivate(Path state) {
        if (Files.isDirectory(state)) {
            return;
        }
        try {
            Files.createDirectories(
                    state,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        } catch (IOException | UnsupportedOperationException e) {
            throw new CliException(
                    "the state folder "
                            + state
                            + " cannot be used: "
                            + (Files.exists(state) ? "it is a file" : e)
                            + "; name another one with --state",
                    e);
        }
    }

    private Map<String, AdminServer.Handler> routes(Identity identity) {
        Map<String, AdminServer.Handler> routes = new TreeMap<>();
        routes.put(
                "GET /endpoints",
                q -> Diagnostics.endpoints(loop.mesh(), q.getOrDefault("service", "")));
        routes.put(
                "GET /policy", q -> Diagnostics.policy(loop.mesh(), q.getOrDefault("scope", "")));
        routes.put("GET /problems", q -> Diagnostics.problems(loop.mesh()));
        routes.put("GET /workloads", q -> Diagnostics.workloads(loop.mesh()));
        routes.put("GET /version", q -> Map.of("peakmesh", Version.PEAKMESH));
        routes.put(
                "GET /proxies",
                q -> ProxyReport.of(server.status(), q.getOrDefault("workload", "")));
        routes.put("GET /counters", q -> server.status().counters());
        routes.put(
                "POST /renew",
                q -> {
                    identity.renewAll();
                    LOG.info("all leaf certificates called in");
                    return Map.of("renewing", server.status().proxies().size());
                });
        return routes;
    }

    /** Waits until {@link #close} is done. */
    public void awaitClosed() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        try {
            admin.close();
            folder.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            loop.close();
            server.close();
            LOG.info("ended");
            closed.countDown();
        }
    }
}
