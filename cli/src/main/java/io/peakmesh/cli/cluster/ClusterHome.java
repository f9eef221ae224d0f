package io.peakmesh.cli.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.peakmesh.cli.admin.AdminServer;
import io.peakmesh.cli.health.SourceHealth;
import io.peakmesh.cli.run.Core;
import io.peakmesh.cli.run.Home;
import io.peakmesh.cli.run.PrivateFolder;
import io.peakmesh.cli.run.RootsFile;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.Version;
import io.peakmesh.identity.attest.LivePods;
import io.peakmesh.identity.attest.PodTokens;
import io.peakmesh.identity.state.State;
import io.peakmesh.injector.patch.InjectionSettings;
import io.peakmesh.injector.patch.Injector;
import io.peakmesh.injector.webhook.WebhookServer;
import io.peakmesh.kube.connect.ClusterConnection;
import io.peakmesh.kube.lookup.ClusterLookup;
import io.peakmesh.kube.status.EventWriter;
import io.peakmesh.kube.trust.ClusterKeys;
import io.peakmesh.kube.trust.SecretState;
import io.peakmesh.kube.trust.TokenReviews;
import io.peakmesh.kube.watch.ClusterWatch;
import io.peakmesh.kube.watch.WatchStatus.KindStatus;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.Workload;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.smi.object.ObjectEvent;
import io.peakmesh.smi.status.JudgementChange;
import io.peakmesh.xds.server.peer.PeerAuthenticator;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kubernetes cluster: its API server is the source of objects, keeps the CA's keys in a Secret,
 * vouches for pods, and calls back for admission, conversion and diagnostics.
 */
public final class ClusterHome implements Home {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterHome.class);
    private static final String KEYS_SECRET = "peakmesh-ca";
    private static final String VALIDATE = "/validate";
    private static final String CONVERT = "/convert";
    private static final String MUTATE = "/mutate";
    private static final int FIRST_WITH_NATIVE_SIDECARS = 29;
    private static final long AGAIN_MILLIS = 1000;

    /** What a node may need until it sends no new connection to a pod that ends. */
    private static final Duration LEAVING = Duration.ofSeconds(5);

    private final ClusterOptions options;
    private final KubernetesClient client;
    private final InstantSource clock;
    private final SecureRandom random;
    private final State keys;
    private final PodTokens tokens;
    private final ApiServerAuthority apiServer;
    private final ClusterLookup lookup;
    private final Namespaces namespaces;
    private final EventWriter events;
    private final Deque<Closeable> running = new ArrayDeque<>();
    private volatile @Nullable Core core;
    private volatile @Nullable WebhookServer webhooks;
    private volatile @Nullable ClusterWatch watch;
    private volatile @Nullable Leading leading;
    private volatile boolean nativeSidecars;

    /**
     * Reads how to reach the cluster, and waits until its API server answers: without the keys in
     * its Secret nothing can be served, and whoever ends instead is started again ever later.
     * Throws CliException if nothing says how to reach it.
     */
    public static ClusterHome connect(
            ClusterOptions options, InstantSource clock, SecureRandom random) {
        try {
            KubernetesClient client =
                    ClusterConnection.open(
                            options.kubeconfig(), "peakmesh-control-plane/" + Version.PEAKMESH);
            awaitAnswer(client);
            return new ClusterHome(options, client, clock, random);
        } catch (IllegalArgumentException e) {
            throw new CliException(
                    e.getMessage() + "; for a folder of YAML instead: --source DIR", e);
        }
    }

    /** A line for each new cause. */
    private static void awaitAnswer(KubernetesClient client) {
        String told = "";
        Optional<String> trouble = ClusterConnection.trouble(client);
        while (trouble.isPresent()) {
            if (!trouble.get().equals(told)) {
                told = trouble.get();
                LOG.warn("waiting for the API server: cause=\"{}\"", told);
            }
            try {
                Thread.sleep(AGAIN_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CliException("ended before the API server answered: " + told, e);
            }
            trouble = ClusterConnection.trouble(client);
        }
    }

    private ClusterHome(
            ClusterOptions options,
            KubernetesClient client,
            InstantSource clock,
            SecureRandom random) {
        this.options = options;
        this.client = client;
        this.clock = clock;
        this.random = random;
        this.keys = new SecretState(client, options.namespace(), KEYS_SECRET);
        this.apiServer = new ApiServerAuthority(client);
        this.lookup = new ClusterLookup(client);
        this.namespaces = new Namespaces(lookup::namespace, this::namespacesTold);
        this.events = new EventWriter(client, clock, options.replica());
        this.tokens =
                PodTokens.open(
                        new ClusterKeys(client),
                        new TokenReviews(client),
                        this::pod,
                        clock,
                        PodTokens.Settings.byDefault(LOG::info));
    }

    private Optional<LivePods.LivePod> pod(WorkloadName name) {
        Core now = core;
        Workload workload = now == null ? null : now.mesh().get().workloads().get(name);
        return workload == null
                ? Optional.empty()
                : Optional.of(new LivePods.LivePod(workload.uid(), workload.serviceAccount()));
    }

    @Override
    public String source() {
        return client.getMasterUrl().toString();
    }

    @Override
    public State state() {
        return keys;
    }

    /** As the API server and the proxies call it. */
    @Override
    public List<String> serverNames() {
        String namespace = "." + options.namespace() + ".svc";
        return List.of(
                ClusterOptions.SERVICE + namespace,
                ClusterOptions.SERVICE + namespace + "." + options.settings().clusterDomain(),
                ClusterOptions.CONVERSION_SERVICE + namespace);
    }

    @Override
    public PeerAuthenticator authenticator() {
        return new PodAuthenticator(tokens::verify, this::meshThere);
    }

    private boolean meshThere() {
        Core now = core;
        return now != null && now.mesh().get().generation() > 0;
    }

    private boolean namespacesTold() {
        ClusterWatch now = watch;
        return now != null
                && now.status().kinds().stream()
                        .filter(kind -> kind.kind().equals("Namespace"))
                        .allMatch(KindStatus::watching);
    }

    @Override
    public void open(Core opened, Consumer<List<ObjectEvent>> sink) throws IOException {
        this.core = opened;
        apiServer.refresh();
        nativeSidecars = askNativeSidecars();
        events.start();
        running.push(events);
        // The API server may need a conversion before it can answer the first list.
        WebhookServer serving = webhooks(opened);
        this.webhooks = serving;
        running.push(serving::close);
        Leading started = Leading.start(options, client, opened, namespaces::injected, clock);
        this.leading = started;
        running.push(started);
        ClusterWatch watching =
                ClusterWatch.open(
                        client,
                        clock,
                        batch -> {
                            namespaces.take(batch);
                            sink.accept(batch);
                        },
                        ClusterWatch.Options.byDefault());
        this.watch = watching;
        running.push(watching);
        if (options.state().isPresent()) {
            openHere(options.state().get(), opened);
        }
    }

    private boolean askNativeSidecars() throws IOException {
        return lookup.minorVersion() >= FIRST_WITH_NATIVE_SIDECARS;
    }

    private InjectionWebhook injection() {
        Injecting injecting = options.injecting();
        InjectionSettings with = injecting.settings().apply(true);
        InjectionSettings without = injecting.settings().apply(false);
        return new InjectionWebhook(
                namespaces,
                (pod, facts) -> Injector.of(pod, facts, nativeSidecars ? with : without),
                injecting.failure(),
                events::emit);
    }

    private WebhookServer webhooks(Core opened) throws IOException {
        SmiWebhooks smi = new SmiWebhooks(options.settings().clusterDomain());
        Replicas replicas =
                new Replicas(
                        options.namespace(),
                        options.replica(),
                        opened.mesh(),
                        opened.identity()::rootsPem,
                        opened.identity().serverKeys());
        ReplicaApi here = new ReplicaApi(opened.routes());
        try {
            return WebhookServer.builder(
                            new InetSocketAddress(
                                    options.webhook().host(), options.webhook().port()),
                            opened.identity().serverKeys())
                    .validate(VALIDATE, smi)
                    .convert(CONVERT, smi)
                    .mutate(MUTATE, injection())
                    .api(new DiagnosticsApi(opened.routes(), here, replicas), apiServer)
                    .api(here, replicas::allowed)
                    .start();
        } catch (IOException e) {
            throw new CliException(
                    "cannot listen at "
                            + options.webhook()
                            + " ("
                            + e.getMessage()
                            + "); name another address with --webhook",
                    e);
        }
    }

    private void openHere(Path state, Core opened) throws IOException {
        PrivateFolder.make(state);
        new RootsFile(state).bring(opened.identity().rootsPem());
        running.push(AdminServer.start(state, random, opened.routes()));
    }

    @Override
    public SourceHealth health() {
        return new ClusterHealth(() -> watch, () -> leading);
    }

    @Override
    public void meshChanged(Mesh mesh, List<JudgementChange> changes, Instant now) {
        Leading started = leading;
        if (started != null) {
            started.meshChanged(mesh, changes);
        }
    }

    @Override
    public void tick(Mesh mesh, Instant now) {}

    @Override
    public void refresh(Instant now) throws IOException {
        tokens.refresh();
        apiServer.refresh();
        nativeSidecars = askNativeSidecars();
        Leading started = leading;
        if (started != null) {
            started.refresh();
        }
        Core opened = core;
        if (opened != null && options.state().isPresent()) {
            new RootsFile(options.state().get()).bring(opened.identity().rootsPem());
        }
    }

    /**
     * The nodes hear of a pod's end by its EndpointSlices, after the pod itself does. Outside of
     * the cluster no Service is asked who is there.
     */
    @Override
    public void leave() {
        WebhookServer serving = webhooks;
        if (serving == null || options.kubeconfig().isPresent()) {
            return;
        }
        serving.leave();
        try {
            Thread.sleep(LEAVING);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            while (!running.isEmpty()) {
                running.pop().close();
            }
        } finally {
            client.close();
        }
    }
}
