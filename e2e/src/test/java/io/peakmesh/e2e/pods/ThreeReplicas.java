package io.peakmesh.e2e.pods;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** The three replicas of an installed control plane, and what may happen to them. */
record ThreeReplicas(RealCluster cluster, InstalledMesh mesh) {
    static final String SELECTOR = "app.kubernetes.io/component=control-plane";

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration LOOK = Duration.ofMillis(300);
    private static final String MESH = InstalledMesh.NAMESPACE;
    private static final int COUNT = 3;

    List<Pod> await() {
        mesh.awaitReady();
        return cluster.awaitReady(MESH, SELECTOR, COUNT);
    }

    boolean rolling() {
        return !cluster.kubectl(
                                "-n",
                                MESH,
                                "rollout",
                                "status",
                                "deployment/peakmesh",
                                "--watch=false")
                        .orThrow()
                        .out()
                        .contains("successfully rolled out")
                || cluster.pods(MESH, SELECTOR).size() > COUNT;
    }

    String leader() {
        return cluster.kubectl(
                        "-n",
                        MESH,
                        "get",
                        "lease",
                        "peakmesh-leader",
                        "-o",
                        "jsonpath={.spec.holderIdentity}")
                .orThrow()
                .out()
                .strip();
    }

    String awaitLeader(String butNot) {
        return Awaitility.await("a leader besides " + butNot)
                .atMost(PATIENCE)
                .pollInterval(LOOK)
                .until(this::leader, name -> !name.isEmpty() && !name.equals(butNot));
    }

    String besides(String leader) {
        return await().stream()
                .map(pod -> pod.getMetadata().getName())
                .filter(name -> !name.equals(leader))
                .findFirst()
                .orElseThrow();
    }

    void forceDelete(String name) {
        cluster.kubectl("-n", MESH, "delete", "pod", name, "--grace-period=0", "--force").orThrow();
    }

    /** As the kernel does when memory is short. */
    void kill(String name) {
        Pod pod = cluster.client().pods().inNamespace(MESH).withName(name).get();
        ContainerStatus container = pod.getStatus().getContainerStatuses().getFirst();
        String id = container.getContainerID().replace("containerd://", "");
        cluster.on(
                        pod.getSpec().getNodeName(),
                        "ctr",
                        "-n",
                        "k8s.io",
                        "task",
                        "kill",
                        "-s",
                        "KILL",
                        id)
                .orThrow();
    }

    int restarts(String name) {
        Pod pod = cluster.client().pods().inNamespace(MESH).withName(name).get();
        return pod.getStatus().getContainerStatuses().getFirst().getRestartCount();
    }

    void scale(int replicas) {
        cluster.kubectl("-n", MESH, "scale", "deployment/peakmesh", "--replicas=" + replicas)
                .orThrow();
        if (replicas > 0) {
            await();
        } else {
            cluster.awaitReady(MESH, SELECTOR, 0);
        }
    }

    void awaitPolicy(String policy) {
        Awaitility.await("the webhook's policy is " + policy)
                .atMost(PATIENCE)
                .pollInterval(LOOK)
                .until(() ->
                        cluster.kubectl(
                                        "get",
                                        "mutatingwebhookconfiguration",
                                        "peakmesh-injector",
                                        "-o",
                                        "jsonpath={.webhooks[*].failurePolicy}")
                                .out()
                                .strip()
                                .equals(policy));
    }
}
