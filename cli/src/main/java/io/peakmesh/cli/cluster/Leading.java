package io.peakmesh.cli.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.peakmesh.cli.run.Core;
import io.peakmesh.kube.crd.CrdKeeper;
import io.peakmesh.kube.crd.InjectorWebhook;
import io.peakmesh.kube.crd.WebhookConfigurations;
import io.peakmesh.kube.crd.WebhookTarget;
import io.peakmesh.kube.lease.Leadership;
import io.peakmesh.kube.progress.ReplicaProgress;
import io.peakmesh.kube.roots.RootsPublisher;
import io.peakmesh.kube.status.EventWriter;
import io.peakmesh.kube.status.StatusWriter;
import io.peakmesh.model.Mesh;
import io.peakmesh.smi.convert.Crds;
import io.peakmesh.smi.object.ObjectKey;
import io.peakmesh.smi.status.JudgementChange;
import io.peakmesh.smi.status.Notice;
import java.io.Closeable;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What only one replica writes into the cluster: definitions, webhook configurations, the trust
 * bundle, statuses and events. It is the one that holds the lease. Those that do not tell it how
 * far their proxies are.
 */
final class Leading implements Closeable {
    private static final String LEASE = "peakmesh-leader";
    private static final double STATUSES_PER_SECOND = 20;
    private static final int STATUS_BURST = 50;

    private final ClusterOptions options;
    private final Core core;
    private final Supplier<Set<String>> injected;
    private final Leadership leadership;
    private final CrdKeeper definitions;
    private final WebhookConfigurations webhooks;
    private final RootsPublisher roots;
    private final StatusWriter statuses;
    private final EventWriter events;
    private final ReplicaProgress replicas;
    private final StatusLoop loop;
    private Optional<Set<String>> meshed = Optional.empty();
    private String bundle = "";

    private Leading(
            ClusterOptions options,
            KubernetesClient client,
            Core core,
            Supplier<Set<String>> injected,
            InstantSource clock) {
        this.options = options;
        this.core = core;
        this.injected = injected;
        this.definitions = new CrdKeeper(client, clock, Crds.yaml());
        this.webhooks = new WebhookConfigurations(client);
        this.roots = new RootsPublisher(client, clock, options.namespace());
        this.statuses = new StatusWriter(client, clock, STATUSES_PER_SECOND, STATUS_BURST);
        this.events = new EventWriter(client, clock, options.replica());
        this.replicas =
                new ReplicaProgress(
                        client, options.namespace(), options.replica(), System::nanoTime);
        StatusLoop.Progress own = new DataPlaneProgress(core.server(), core.mesh());
        this.loop = new StatusLoop(clock, own, new MeshProgress(own, replicas), sink());
        this.leadership =
                new Leadership(
                        client,
                        options.namespace(),
                        LEASE,
                        options.replica(),
                        clock,
                        System::nanoTime);
    }

    private StatusLoop.Sink sink() {
        return new StatusLoop.Sink() {
            @Override
            public void status(StatusBook.Due due) {
                statuses.write(
                        due.judgement().object(),
                        due.judgement().apiVersion(),
                        due.judgement().uid(),
                        due.conditions());
            }

            @Override
            public void events(List<Notice> notices) {
                events.emit(notices);
            }

            @Override
            public void gone(Set<ObjectKey> objects) {
                statuses.forget(objects);
                events.forget(objects);
            }

            @Override
            public boolean share(Map<ObjectKey, ReplicaProgress.Entry> progress) {
                return replicas.publish(progress);
            }
        };
    }

    /** {@code injected} are the namespaces whose pods get sidecars, before the first has one. */
    static Leading start(
            ClusterOptions options,
            KubernetesClient client,
            Core core,
            Supplier<Set<String>> injected,
            InstantSource clock) {
        Leading started = new Leading(options, client, core, injected, clock);
        started.refresh();
        started.replicas.start();
        started.loop.start();
        started.leadership.start(started::elected, started::lost);
        return started;
    }

    private void elected() {
        definitions.start();
        webhooks.start();
        roots.start();
        statuses.start();
        events.start();
        replicas.lead();
        loop.lead(true);
    }

    private void lost() {
        loop.lead(false);
        atOnce(
                List.of(
                        events::stop,
                        replicas::follow,
                        statuses::stop,
                        roots::stop,
                        webhooks::stop,
                        definitions::stop));
    }

    /** Each may wait some seconds for a request that is under way; the lease waits for all. */
    private static void atOnce(List<Runnable> tasks) {
        List<Thread> threads = tasks.stream().map(Thread::startVirtualThread).toList();
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    boolean leader() {
        return leadership.leader();
    }

    /** Takes the next mesh; never waits for the cluster. */
    void meshChanged(Mesh mesh, List<JudgementChange> changes) {
        if (!changes.isEmpty()) {
            loop.take(changes);
        }
        // The first pod of a namespace finds the trust bundle there.
        Set<String> now = new HashSet<>(injected.get());
        mesh.workloads().values().stream()
                .filter(workload -> workload.proxy().meshed())
                .forEach(workload -> now.add(workload.name().namespace()));
        publish(Optional.of(now));
    }

    /** The trust bundle may be another one. */
    void refresh() {
        String pem = core.identity().rootsPem();
        synchronized (this) {
            if (pem.equals(bundle)) {
                return;
            }
            bundle = pem;
        }
        definitions.target(target(ClusterOptions.CONVERSION_SERVICE, pem));
        webhooks.target(
                new InjectorWebhook(
                        target(ClusterOptions.SERVICE, pem), options.injecting().failure()));
        publish(namespaces());
    }

    private WebhookTarget target(String service, String pem) {
        return new WebhookTarget(options.namespace(), service, ClusterOptions.WEBHOOK_PORT, pem);
    }

    private synchronized Optional<Set<String>> namespaces() {
        return meshed;
    }

    /** {@code namespaces} is empty before the first mesh. */
    private synchronized void publish(Optional<Set<String>> namespaces) {
        meshed = namespaces;
        namespaces.ifPresentOrElse(
                these -> roots.publish(bundle, these), () -> roots.publish(bundle));
    }

    @Override
    public void close() {
        leadership.close();
        loop.close();
        replicas.close();
        events.close();
        statuses.close();
        roots.close();
        webhooks.close();
        definitions.close();
    }
}
