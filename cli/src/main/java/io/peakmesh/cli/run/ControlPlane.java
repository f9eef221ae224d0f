package io.peakmesh.cli.run;

import io.peakmesh.cli.admin.AdminServer;
import io.peakmesh.cli.health.HealthServer;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.Version;
import io.peakmesh.identity.state.IdentityException;
import io.peakmesh.injector.webhook.HttpServerLimits;
import io.peakmesh.xds.server.XdsServer;
import io.peakmesh.xds.server.XdsServerConfig;
import io.peakmesh.xds.translator.envoy.EnvoyTranslator;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running control plane: home → index → translator → server, with identity beside them. It owns
 * one thread of its own, {@link MeshLoop}; the rooms have theirs.
 */
public final class ControlPlane implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);

    private final Home home;
    private final XdsServer server;
    private final MeshLoop loop;
    private final Refresh refresh;
    private final @Nullable HealthServer health;
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * Starts everything; returns when the first mesh is served. Closes {@code home} at its end,
     * also when it cannot start.
     */
    public static ControlPlane start(ControlPlaneOptions options, Home home) {
        try {
            return new ControlPlane(options, home);
        } catch (IdentityException e) {
            throw closing(home, new CliException("" + e.getMessage(), e));
        } catch (CliException e) {
            throw closing(home, e);
        } catch (IOException e) {
            throw closing(home, new CliException("the control plane cannot start: " + e, e));
        } catch (UncheckedIOException e) {
            throw closing(
                    home, new CliException("the control plane cannot start: " + e.getMessage(), e));
        }
    }

    private static CliException closing(Home home, CliException failure) {
        closeAfter(failure, home);
        return failure;
    }

    private static void closeAfter(Exception failure, Home home) {
        try {
            home.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private ControlPlane(ControlPlaneOptions options, Home home) throws IOException {
        HttpServerLimits.apply();
        InstantSource clock = InstantSource.system();
        SecureRandom random = new SecureRandom();
        this.home = home;
        Identity identity =
                new Identity(
                        home.state(),
                        options.settings().trustDomain(),
                        options.leafTtl(),
                        home.serverNames(),
                        clock,
                        random);
        this.server = serve(options, home, identity, clock, random);
        this.loop = new MeshLoop(options.settings(), server, home, clock);
        this.refresh = new Refresh(identity, home, clock);
        HealthServer opened = null;
        try {
            Core core = new Core(server, identity, loop::mesh, routes(identity));
            if (options.health().isPresent()) {
                opened =
                        HealthServer.start(
                                options.health().get(), home.health(), server, loop::mesh);
            }
            home.open(core, loop::offer);
            loop.start();
            refresh.start();
        } catch (IOException | RuntimeException e) {
            if (opened != null) {
                opened.close();
            }
            // Its threads may ask the loop and the server until they are ended.
            closeAfter(e, home);
            refresh.close();
            loop.close();
            server.close();
            throw e;
        }
        this.health = opened;
        LOG.info(
                "ready: source={} xds={}:{} state={}",
                home.source(),
                options.xds().host(),
                server.port(),
                home.state().place());
    }

    private static XdsServer serve(
            ControlPlaneOptions options,
            Home home,
            Identity identity,
            InstantSource clock,
            SecureRandom random) {
        InetSocketAddress bind = new InetSocketAddress(options.xds().host(), options.xds().port());
        XdsServer server =
                XdsServer.builder(
                                XdsServerConfig.at(bind),
                                new EnvoyTranslator(),
                                home.authenticator(),
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
        return server;
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
        routes.put("GET /identity", q -> identity.report());
        routes.put("GET /version", q -> Map.of("peakmesh", Version.PEAKMESH));
        routes.put("GET /source", q -> home.health().report());
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

    /**
     * Leaves first, so that no stream and no call that goes away comes back here. Then ends the
     * streams: until the last one has gone elsewhere the source is watched (a proxy whose stream
     * outlived the watch would go on calling pods that have ended), and the API server is answered,
     * whose calls may come here as long as the pod is there.
     */
    @Override
    public void close() {
        try {
            if (health != null) {
                health.close();
            }
            home.leave();
            server.drain();
            home.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            refresh.close();
            loop.close();
            server.close();
            LOG.info("ended");
            closed.countDown();
        }
    }
}
