package io.peakmesh.e2e.kubernetes;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;

/**
 * Thousands of pods that nobody runs: kwok says of those on its nodes that they run and are ready.
 * Their addresses are of 10.245.0.0/16, where nobody answers.
 */
public final class Kwok implements Closeable {
    private static final String PROGRAM = "PEAKMESH_KWOK";
    private static final String MARK = "kwok.x-k8s.io/node";
    private static final String POD_ADDRESSES = "10.245.0.1/16";
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int AT_ONCE = 16;

    private final Cluster cluster;
    private final Process process;
    private final Path log;

    private Kwok(Cluster cluster, Process process, Path log) {
        this.cluster = cluster;
        this.process = process;
        this.log = log;
    }

    /** Starts kwok for a cluster; it has no nodes yet. Close it before the cluster. */
    public static Kwok start(Cluster cluster) {
        String program = System.getenv(PROGRAM);
        if (program == null || !Files.isExecutable(Path.of(program))) {
            throw new IllegalStateException(
                    "kwok is missing: set " + PROGRAM + " or run ./mesh e2e");
        }
        Path log = cluster.dir().resolve("kwok.log");
        Path stages = Path.of(System.getProperty("basedir", "."), "cluster/kwok/stages.yaml");
        try {
            Process process =
                    new ProcessBuilder(
                                    program,
                                    "--kubeconfig=" + cluster.kubeconfig(),
                                    "--config=" + stages,
                                    "--manage-all-nodes=false",
                                    "--manage-nodes-with-annotation-selector=" + MARK + "=fake",
                                    "--cidr=" + POD_ADDRESSES,
                                    "--node-ip=127.0.0.1",
                                    "--node-lease-duration-seconds=0")
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            return new Kwok(cluster, process, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes a node of kwok's. */
    public void node(String name, Map<String, String> labels) {
        cluster.client()
                .nodes()
                .resource(
                        new NodeBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .withLabels(labels)
                                .withAnnotations(Map.of(MARK, "fake"))
                                .endMetadata()
                                .build())
                .create();
    }

    /**
     * Makes services {@code svc-0}, {@code svc-1} and so on, of one port 80, each with as many pods
     * {@code svc-0-0}, {@code svc-0-1}… on one node; waits until all pods are ready.
     *
     * @param namespace made if absent; its pods have the service account {@code default}
     */
    public void pods(String namespace, String node, int services, int each) {
        pods(namespace, node, services, each, Map.of());
    }

    /** Makes them as {@link #pods(String, String, int, int)} does, with annotations. */
    public void pods(
            String namespace,
            String node,
            int services,
            int each,
            Map<String, String> annotations) {
        KubernetesClient client = cluster.client();
        client.namespaces()
                .resource(
                        new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(namespace)
                                .endMetadata()
                                .build())
                .serverSideApply();
        client.serviceAccounts()
                .resource(
                        new ServiceAccountBuilder()
                                .withNewMetadata()
                                .withNamespace(namespace)
                                .withName("default")
                                .endMetadata()
                                .build())
                .serverSideApply();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<?>> made = new ArrayList<>();
            for (int i = 0; i < services; i++) {
                String name = "svc-" + i;
                made.add(threads.submit(() -> client.resource(service(namespace, name)).create()));
                for (int j = 0; j < each; j++) {
                    Pod pod = pod(namespace, name + "-" + j, name, node, annotations);
                    made.add(threads.submit(() -> client.resource(pod).create()));
                }
            }
            for (Future<?> one : made) {
                one.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a pod or service was refused", e);
        }
        awaitReady(namespace, services * each);
    }

    private static Service service(String namespace, String name) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withSelector(Map.of("app", name))
                .addNewPort()
                .withPort(80)
                .withNewTargetPort(8080)
                .endPort()
                .endSpec()
                .build();
    }

    private static Pod pod(
            String namespace,
            String name,
            String app,
            String node,
            Map<String, String> annotations) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .withLabels(Map.of("app", app))
                .withAnnotations(annotations)
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .addNewContainer()
                .withName("app")
                .withImage("localhost/app")
                .addNewPort()
                .withContainerPort(8080)
                .endPort()
                .endContainer()
                .endSpec()
                .build();
    }

    private void awaitReady(String namespace, int pods) {
        try {
            Awaitility.await(pods + " pods in " + namespace)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(500))
                    .failFast("kwok ended", () -> !process.isAlive())
                    .until(() -> ready(namespace) >= pods);
        } catch (RuntimeException e) {
            throw new IllegalStateException(e.getMessage() + "; kwok said: " + said(), e);
        }
    }

    private long ready(String namespace) {
        return cluster.client().pods().inNamespace(namespace).list().getItems().stream()
                .flatMap(pod -> pod.getStatus().getConditions().stream())
                .filter(is -> is.getType().equals("Ready") && is.getStatus().equals("True"))
                .count();
    }

    private String said() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
