package io.peakmesh.e2e.pods;

import io.fabric8.kubernetes.api.model.Pod;
import io.peakmesh.e2e.kubernetes.Footprint;
import io.peakmesh.e2e.kubernetes.Said;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Measures what a sidecar costs on the cluster with real pods, with the sample shop under its load:
 * memory, start of a pod, size of a pod's object, and the images. {@code ./mesh sidecar} runs this;
 * the end-to-end tier does not, since nothing here can fail by being slow.
 */
class SidecarCost {
    private static final String PROXY = "peakmesh-proxy";
    private static final String SHOP = "shop";
    private static final String STARTS = "starts";
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int PAIRS = Integer.getInteger("sidecar.pairs", 12);
    private static final int LOAD_SECONDS = Integer.getInteger("sidecar.seconds", 60);

    @RegisterExtension static final RealCluster CLUSTER = new RealCluster();

    private final SidecarReport report = new SidecarReport(PAIRS);

    @Test
    void measures() throws Exception {
        InstalledMesh mesh = InstalledMesh.in(CLUSTER).install();
        for (Path archive : InstalledMesh.archives()) {
            report.image(archive, Files.size(archive), unpacked(archive));
        }
        starts(mesh);
        mesh.shop(SHOP, false);
        mesh.policies(SHOP);
        int from = mesh.load(SHOP, 0).lastSecond();
        Awaitility.await("the shop under load")
                .atMost(PATIENCE.plusSeconds(LOAD_SECONDS))
                .pollInterval(Duration.ofSeconds(2))
                .until(() -> mesh.load(SHOP, from).lastSecond() >= from + LOAD_SECONDS);
        report.load(mesh.load(SHOP, from), LOAD_SECONDS);
        for (Pod pod : CLUSTER.client().pods().inNamespace(SHOP).list().getItems()) {
            ContainerProcess proxy = ContainerProcess.of(pod, PROXY);
            report.proxy(pod.getMetadata().getName(), proxy.privateKb(), Footprint.of(proxy.pid()));
        }
        for (Pod pod :
                CLUSTER.client().pods().inNamespace(InstalledMesh.NAMESPACE).list().getItems()) {
            String container = pod.getSpec().getContainers().getFirst().getName();
            ContainerProcess process = ContainerProcess.of(pod, container);
            report.controlPlane(process.privateKb(), Footprint.of(process.pid()));
        }
        String text = report.markdown();
        System.out.println(text);
        Files.writeString(Path.of(System.getProperty("sidecar.out", "target/sidecar.md")), text);
    }

    /** One pair to warm up: the first pod of a node reads the images from disk. */
    private void starts(InstalledMesh mesh) {
        mesh.meshedNamespace(STARTS, "privileged");
        Awaitility.await("the namespace's account and roots")
                .atMost(PATIENCE)
                .until(() ->
                        CLUSTER.kubectl("-n", STARTS, "get", "sa/default").ok()
                                && CLUSTER.kubectl("-n", STARTS, "get", "cm/peakmesh-roots").ok());
        for (int pair = 0; pair <= PAIRS; pair++) {
            SidecarReport.Start plain = start("plain-" + pair, false);
            SidecarReport.Start meshed = start("meshed-" + pair, true);
            if (pair > 0) {
                report.starts(plain, meshed);
            }
        }
    }

    private SidecarReport.Start start(String name, boolean meshed) {
        Pod wanted =
                CLUSTER.client()
                        .getKubernetesSerialization()
                        .unmarshal(
                                """
                                apiVersion: v1
                                kind: Pod
                                metadata:
                                  name: %s
                                  namespace: %s
                                  annotations: {peakmesh.io/inject: %s}
                                spec:
                                  terminationGracePeriodSeconds: 1
                                  containers:
                                  - {name: app, image: %s, imagePullPolicy: Never}
                                """
                                        .formatted(
                                                name,
                                                STARTS,
                                                meshed ? "enabled" : "disabled",
                                                RealCluster.APP_IMAGE),
                                Pod.class);
        long sent = ContainerProcess.nowMillis();
        CLUSTER.client().pods().inNamespace(STARTS).resource(wanted).create();
        long taken = ContainerProcess.nowMillis();
        Pod pod =
                Awaitility.await(name + " runs")
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(500))
                        .until(
                                () ->
                                        CLUSTER.client()
                                                .pods()
                                                .inNamespace(STARTS)
                                                .withName(name)
                                                .get(),
                                RealCluster::ready);
        long sandbox = ContainerProcess.sandbox(pod).startedMillis();
        long app = ContainerProcess.of(pod, "app").startedMillis();
        long proxy = meshed ? ContainerProcess.of(pod, PROXY).startedMillis() : sandbox;
        Said object =
                CLUSTER.kubectl("get", "--raw", "/api/v1/namespaces/" + STARTS + "/pods/" + name)
                        .orThrow();
        CLUSTER.client().pods().inNamespace(STARTS).withName(name).withGracePeriod(0).delete();
        return new SidecarReport.Start(
                taken - sent,
                sandbox - sent,
                proxy - sandbox,
                app - proxy,
                object.out().getBytes(StandardCharsets.UTF_8).length);
    }

    /** The bytes of an archive's layers as a node has them. */
    private static long unpacked(Path archive) {
        String layers =
                "for l in $(tar -tf \"$A\" | grep 'gz$'); do tar -xOf \"$A\" $l | gzip -dc; done | wc -c";
        Said said =
                Said.by(List.of("bash", "-e", "-c", layers), Map.of("A", archive.toString()), "");
        return Long.parseLong(said.orThrow().out().strip());
    }
}
