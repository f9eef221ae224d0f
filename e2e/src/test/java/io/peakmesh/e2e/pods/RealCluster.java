package io.peakmesh.e2e.pods;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.peakmesh.e2e.kubernetes.ClusterProcess;
import io.peakmesh.e2e.kubernetes.KubernetesApi;
import io.peakmesh.e2e.kubernetes.Said;
import java.io.Closeable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Kubernetes cluster of a test class with real pods on {@code node1}, and on {@code node2} if it
 * joins; root only, one at a time. The test itself is on {@code node1}: it reaches pods, ClusterIPs
 * and NodePorts directly, from the address 198.51.100.1. No image comes from elsewhere: pods need
 * {@code imagePullPolicy: Never} (or IfNotPresent) and images that were {@link #importImages
 * given}.
 *
 * <p>As a static {@code @RegisterExtension} it lives as long as the class, and says what the pods
 * do when a test fails; else {@link #start} and {@link #close} are the caller's.
 */
public final class RealCluster
        implements KubernetesApi,
                BeforeAllCallback,
                AfterEachCallback,
                AfterAllCallback,
                Closeable {
    /**
     * An image that every node has: {@code app serve} (its command, as user 65534) says of each
     * request what it saw, as JSON; and busybox and curl. See {@code e2e/cluster/app/main.go}.
     */
    public static final String APP_IMAGE = "localhost/peakmesh/app:test";

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final List<String> LOGS =
            List.of("kube-apiserver", "kube-controller-manager", "kube-scheduler");
    private static final List<String> NODE_LOGS = List.of("kubelet", "kube-proxy", "containerd");
    private static final String QUOTED_LINES = "--tail=30";

    private final String apiServerFlags;
    private final ClusterProcess process = new ClusterProcess("nodes");
    private final List<String> nodes = new ArrayList<>();
    private @Nullable KubernetesClient client;

    /** Nothing runs yet. {@code apiServerFlags} are given to the API server as well. */
    public RealCluster(String... apiServerFlags) {
        this.apiServerFlags = String.join(" ", apiServerFlags);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        start();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (context.getExecutionException().isPresent() && process.runs()) {
            System.err.println(context.getDisplayName() + " failed; " + state());
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }

    /** Starts it with one node; returns when that is ready and DNS answers. */
    public RealCluster start() {
        process.start(Map.of("CLUSTER_APISERVER_FLAGS", apiServerFlags));
        client = KubernetesApi.clientOf(dir());
        nodes.add("node1");
        awaitRollout("kube-system", "deployment/coredns");
        return this;
    }

    /** Adds {@code node2}; returns when it is ready. It has the images that node1 has by then. */
    public void node2() {
        process.run("join");
        nodes.add("node2");
    }

    /** Gives images (OCI or docker archives, as {@code images/build} writes) to all nodes. */
    public void importImages(Path... archives) {
        process.run(
                "import", List.of(archives).stream().map(Path::toString).toArray(String[]::new));
    }

    /** Runs a command where a node's kubelet is: in its network, and with its processes. */
    public Said on(String node, String... command) {
        List<String> words = new ArrayList<>(List.of(node));
        words.addAll(List.of(command));
        return process.run("run", words.toArray(String[]::new));
    }

    /**
     * Ends a part as {@code kill -9} does: containerd, kubelet or kube-proxy of a node; etcd,
     * kube-apiserver, kube-controller-manager or kube-scheduler, which are no node's ("").
     */
    public void kill(String part, String node) {
        process.run("kill", part, node);
    }

    /** Starts a part again that was {@link #kill killed}; returns when it is at work. */
    public void start(String part, String node) {
        process.run("start", part, node);
    }

    @Override
    public Path dir() {
        return process.dir();
    }

    @Override
    public KubernetesClient client() {
        if (client == null) {
            throw new IllegalStateException("the cluster is not started");
        }
        return client;
    }

    /**
     * Waits until all pods of a Deployment, DaemonSet or StatefulSet are of its newest template and
     * available.
     *
     * @param target as in {@code deployment/web}
     */
    public void awaitRollout(String namespace, String target) {
        Said said =
                kubectl(
                        "-n",
                        namespace,
                        "rollout",
                        "status",
                        target,
                        "--timeout=" + PATIENCE.toSeconds() + "s");
        if (!said.ok()) {
            throw new IllegalStateException(
                    target + " did not become ready: " + said.err() + said.out() + state());
        }
    }

    /** Waits until exactly so many pods of a label selector exist and all are ready. */
    public List<Pod> awaitReady(String namespace, String selector, int count) {
        return Awaitility.await(count + " ready pods of " + selector + " in " + namespace)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(
                        () -> pods(namespace, selector),
                        pods -> pods.size() == count && pods.stream().allMatch(RealCluster::ready));
    }

    /** Whether a pod is ready, by its condition. */
    public static boolean ready(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(is -> is.getType().equals("Ready") && is.getStatus().equals("True"));
    }

    /** The pods of a label selector, by name. */
    public List<Pod> pods(String namespace, String selector) {
        return client()
                .pods()
                .inNamespace(namespace)
                .withLabelSelector(selector)
                .list()
                .getItems()
                .stream()
                .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
                .toList();
    }

    /** How many pods of a label selector are on a node, and stay there. */
    public long podsOn(String node, String namespace, String selector) {
        return pods(namespace, selector).stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .filter(pod -> node.equals(pod.getSpec().getNodeName()))
                .count();
    }

    /**
     * Runs a command in a container, and says how that went.
     *
     * @param target a pod's name, or as in {@code deploy/web}: one of its pods
     * @param container "" is the default one
     */
    public Said exec(String namespace, String target, String container, String... command) {
        List<String> words = new ArrayList<>(List.of("-n", namespace, "exec", target));
        if (!container.isEmpty()) {
            words.addAll(List.of("-c", container));
        }
        words.add("--");
        words.addAll(List.of(command));
        return kubectl(words.toArray(String[]::new));
    }

    /** What a container has logged. */
    public String logs(String namespace, String target, String container) {
        return kubectl("-n", namespace, "logs", target, "-c", container).orThrow().out();
    }

    /** Forwards a port of this JVM's loopback to a pod's, as {@code kubectl port-forward} does. */
    public Forward forward(String namespace, String target, int port) {
        List<String> command = kubectlCommand();
        command.addAll(List.of("-n", namespace, "port-forward", target, ":" + port));
        return Forward.start(command);
    }

    /** The pods, what happened to them, and the end of their logs and the cluster's. */
    public String state() {
        StringBuilder said = new StringBuilder("the cluster's pods:\n");
        said.append(kubectl("get", "pods", "-A", "-o", "wide").out());
        said.append("--- events\n");
        said.append(kubectl("get", "events", "-A", "--sort-by=.metadata.creationTimestamp").out());
        for (Pod pod : client().pods().inAnyNamespace().list().getItems()) {
            String namespace = pod.getMetadata().getNamespace();
            String name = pod.getMetadata().getName();
            said.append("--- ").append(namespace).append('/').append(name).append('\n');
            if (!ready(pod)) {
                said.append(kubectl("-n", namespace, "describe", "pod", name).out());
            }
            Said logs = kubectl("-n", namespace, "logs", name, "--all-containers", QUOTED_LINES);
            said.append(logs.out()).append(logs.err());
        }
        List<String> parts = new ArrayList<>(LOGS);
        nodes.forEach(node -> NODE_LOGS.forEach(part -> parts.add(node + "/" + part)));
        return said.append(process.logs(parts)).toString();
    }

    /** Ends it and deletes its folder. */
    @Override
    public void close() {
        if (client != null) {
            client.close();
            client = null;
        }
        process.close();
        nodes.clear();
    }
}
