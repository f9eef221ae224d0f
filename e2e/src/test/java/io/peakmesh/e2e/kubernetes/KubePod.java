package io.peakmesh.e2e.kubernetes;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.peakmesh.e2e.real.Pod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A pod in a cluster that has no kubelet: this is bound to a node, and its status is what its test
 * says. Its processes are the test's; the address of every pod is this machine's.
 */
public final class KubePod {
    private static final int CONFLICT = 409;
    private static final String NODE = "node-1";

    private final Cluster cluster;
    private final Pod pod;
    private final List<String> ips = new ArrayList<>();
    private String node = NODE;
    private Map<String, String> nodeLabels = Map.of();
    private UnaryOperator<PodBuilder> shape = UnaryOperator.identity();
    private @Nullable String uid;

    /** Nothing is made yet. */
    public KubePod(Cluster cluster, Pod pod) {
        this.cluster = cluster;
        this.pod = pod;
        this.ips.add(pod.ip());
    }

    /** Puts it on a node of this name, which is made with these labels if there is none. */
    public KubePod on(String node, Map<String, String> labels) {
        this.node = node;
        this.nodeLabels = Map.copyOf(labels);
        return this;
    }

    /** Gives it one more address, as a dual-stack pod has. */
    public KubePod alsoAt(String ip) {
        ips.add(ip);
        return this;
    }

    /** Changes what is sent to the API server, for all that has no method here. */
    public KubePod shaped(UnaryOperator<PodBuilder> shape) {
        this.shape = shape;
        return this;
    }

    /** Makes it, with its namespace, service account and node where they are missing: ready. */
    public KubePod start() {
        return start(true);
    }

    /** Makes it as {@link #start()} does; it runs, ready or not. */
    public KubePod start(boolean ready) {
        KubernetesClient client = cluster.client();
        String account = pod.app();
        ensure(
                client.namespaces()
                                .resource(
                                        new NamespaceBuilder()
                                                .withNewMetadata()
                                                .withName(pod.namespace())
                                                .endMetadata()
                                                .build())
                        ::create);
        ensure(
                client.serviceAccounts()
                                .resource(
                                        new ServiceAccountBuilder()
                                                .withNewMetadata()
                                                .withNamespace(pod.namespace())
                                                .withName(account)
                                                .endMetadata()
                                                .build())
                        ::create);
        ensure(
                client.nodes()
                                .resource(
                                        new NodeBuilder()
                                                .withNewMetadata()
                                                .withName(node)
                                                .withLabels(nodeLabels)
                                                .endMetadata()
                                                .build())
                        ::create);
        uid = client.pods().resource(manifest()).create().getMetadata().getUid();
        return ready(ready);
    }

    private interface Creation {
        Object once();
    }

    private static void ensure(Creation creation) {
        try {
            creation.once();
        } catch (KubernetesClientException e) {
            if (e.getCode() != CONFLICT) {
                throw e;
            }
        }
    }

    private io.fabric8.kubernetes.api.model.Pod manifest() {
        PodBuilder builder =
                new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(pod.namespace())
                        .withName(pod.name())
                        .withLabels(Map.of("app", pod.app(), "pod", pod.name()))
                        .withAnnotations(pod.annotations())
                        .endMetadata()
                        .withNewSpec()
                        .withNodeName(node)
                        .withServiceAccountName(pod.app())
                        .addNewContainer()
                        .withName("app")
                        .withImage("localhost/app")
                        .endContainer()
                        .endSpec();
        for (int port : pod.ports()) {
            builder.editSpec()
                    .editFirstContainer()
                    .addNewPort()
                    .withContainerPort(port)
                    .endPort()
                    .endContainer()
                    .endSpec();
        }
        return shape.apply(builder).build();
    }

    /** Says as its kubelet would that it runs, ready or not. */
    public KubePod ready(boolean ready) {
        List<PodCondition> conditions =
                Stream.of("PodScheduled", "Initialized", "ContainersReady", "Ready")
                        .map(type -> condition(type, ready || !type.endsWith("Ready")))
                        .toList();
        resource()
                .editStatus(now ->
                        new PodBuilder(now)
                                .editOrNewStatus()
                                .withPhase("Running")
                                .withHostIP("127.0.0.1")
                                .withPodIP(ips.getFirst())
                                .withPodIPs(ips.stream().map(PodIP::new).toList())
                                .withConditions(conditions)
                                .withContainerStatuses(statuses(now, ready))
                                .endStatus()
                                .build());
        return this;
    }

    private static PodCondition condition(String type, boolean status) {
        return new PodConditionBuilder()
                .withType(type)
                .withStatus(status ? "True" : "False")
                .build();
    }

    private static List<ContainerStatus> statuses(
            io.fabric8.kubernetes.api.model.Pod now, boolean ready) {
        return now.getSpec().getContainers().stream()
                .map(container ->
                        new ContainerStatusBuilder()
                                .withName(container.getName())
                                .withImage(container.getImage())
                                .withImageID("")
                                .withReady(ready)
                                .withStarted(true)
                                .withRestartCount(0)
                                .withNewState()
                                .withNewRunning()
                                .endRunning()
                                .endState()
                                .build())
                .toList();
    }

    /** Deletes it at once. */
    public void delete() {
        resource().withGracePeriod(0).delete();
    }

    /**
     * Deletes it with a grace period: it stays, terminating and as ready as it was, until {@link
     * #delete}, for there is no kubelet to end it.
     */
    public void terminate(Duration grace) {
        resource().withGracePeriod(grace.toSeconds()).delete();
    }

    private PodResource resource() {
        return cluster.client().pods().inNamespace(pod.namespace()).withName(pod.name());
    }

    /** As it was described. */
    public Pod pod() {
        return pod;
    }

    /** The UID that the API server gave it; throws IllegalStateException before it is started. */
    public String uid() {
        if (uid == null) {
            throw new IllegalStateException(pod.name() + " is not started");
        }
        return uid;
    }

    Cluster cluster() {
        return cluster;
    }
}
