package io.peakmesh.e2e.pods;

import static io.peakmesh.e2e.pods.AppPods.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.peakmesh.e2e.real.EnvoyAdmin;
import io.peakmesh.identity.issue.CaSettings;
import io.peakmesh.identity.issue.CertificateAuthority;
import io.peakmesh.identity.key.Pem;
import io.peakmesh.identity.state.StateFolder;
import io.peakmesh.model.TrustDomain;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** An operator replaces the mesh's root; nobody starts a pod of an app anew. */
class RootRotationKubeE2e {
    private static final String SHOP = "shop";
    private static final String PROXY = "peakmesh-proxy";

    @RegisterExtension static final RealCluster CLUSTER = new RealCluster();

    @TempDir Path dir;

    @Test
    void anotherRootComesIntoForceWhileEveryRequestIsAnswered() {
        InstalledMesh mesh = InstalledMesh.in(CLUSTER).install();
        mesh.shop(SHOP, false);
        Map<String, String> pods = pods();
        Map<String, String> leaves = leaves();
        String map = roots().getMetadata().getUid();
        await("requests").until(() -> mesh.load(SHOP, 0).requests() > 0);
        int begin = mesh.load(SHOP, 0).lastSecond();
        String former = certificate(entry("root.pem"));
        String next = rootOfAnotherAuthority();

        change(Map.of("also-trusted.pem", certificate(next)));
        await("both roots").until(() -> Pem.read(bundle()).size() == 2);
        String both = bundle();
        for (String pod : pods.keySet()) {
            await("both roots in " + pod).until(() -> mounted(pod).equals(both));
        }

        CLUSTER.kubectl("-n", InstalledMesh.NAMESPACE, "scale", "deploy/peakmesh", "--replicas=0")
                .orThrow();
        CLUSTER.awaitReady(InstalledMesh.NAMESPACE, "app.kubernetes.io/name=peakmesh", 0);
        change(Map.of("root.pem", next, "also-trusted.pem", former));
        CLUSTER.kubectl("-n", InstalledMesh.NAMESPACE, "scale", "deploy/peakmesh", "--replicas=1")
                .orThrow();
        mesh.awaitReady();
        for (Map.Entry<String, String> pod : leaves.entrySet()) {
            await("a certificate by the next root in " + pod.getKey())
                    .until(() -> !leaf(pod.getKey()).equals(pod.getValue()));
        }

        int end = mesh.load(SHOP, begin).lastSecond();
        await("five more seconds").until(() -> mesh.load(SHOP, begin).lastSecond() > end + 5);
        Load load = mesh.load(SHOP, begin);
        System.out.println(
                "root replaced under "
                        + pods.size()
                        + " pods: "
                        + load.requests()
                        + " requests, "
                        + load.failed()
                        + " failed "
                        + load.failures()
                        + ", no proxy restarted");
        assertThat(load.failures()).isEmpty();
        assertThat(load.failed()).isZero();
        assertThat(bundle()).isEqualTo(both);
        assertThat(roots().getMetadata().getUid())
                .as("the ConfigMap was never away")
                .isEqualTo(map);
        assertThat(pods()).isEqualTo(pods);
    }

    /** The shop's pods, each with its UID and how often its containers were started. */
    private static Map<String, String> pods() {
        Map<String, String> pods = new TreeMap<>();
        for (Pod pod : CLUSTER.pods(SHOP, "")) {
            int restarts =
                    Stream.of(
                                    pod.getStatus().getInitContainerStatuses(),
                                    pod.getStatus().getContainerStatuses())
                            .flatMap(statuses -> statuses.stream())
                            .mapToInt(ContainerStatus::getRestartCount)
                            .sum();
            pods.put(pod.getMetadata().getName(), pod.getMetadata().getUid() + " " + restarts);
        }
        return pods;
    }

    /** Each pod's certificate, by its serial number. */
    private static Map<String, String> leaves() {
        Map<String, String> leaves = new TreeMap<>();
        pods().keySet().forEach(pod -> leaves.put(pod, leaf(pod)));
        return leaves;
    }

    private static String leaf(String pod) {
        try (Forward admin = CLUSTER.forward(SHOP, pod, 15000)) {
            return new EnvoyAdmin(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), admin.port()))
                    .leaf()
                    .serial();
        }
    }

    /** The roots as the kubelet brought them; the proxy's image has a shell and nothing else. */
    private static String mounted(String pod) {
        String read = "while read -r line; do echo \"$line\"; done < /var/run/peakmesh/roots.pem";
        return CLUSTER.exec(SHOP, pod, PROXY, "/bin/sh", "-c", read).orThrow().out();
    }

    private static ConfigMap roots() {
        return Objects.requireNonNull(
                CLUSTER.client().configMaps().inNamespace(SHOP).withName("peakmesh-roots").get(),
                "the shop has no ConfigMap peakmesh-roots");
    }

    private static String bundle() {
        return roots().getData().getOrDefault("roots.pem", "");
    }

    private static Secret keys() {
        return CLUSTER.client()
                .secrets()
                .inNamespace(InstalledMesh.NAMESPACE)
                .withName("peakmesh-ca")
                .require();
    }

    private static String entry(String name) {
        return new String(
                Base64.getDecoder().decode(keys().getData().get(name)), StandardCharsets.US_ASCII);
    }

    /** Gives the authority these entries; what a former root signed is taken away with it. */
    private static void change(Map<String, String> entries) {
        Map<String, String> data = new TreeMap<>(keys().getData());
        if (entries.containsKey("root.pem")) {
            data.keySet().removeIf(name -> name.startsWith("intermediate-"));
        }
        entries.forEach((name, text) ->
                data.put(
                        name,
                        Base64.getEncoder()
                                .encodeToString(text.getBytes(StandardCharsets.US_ASCII))));
        CLUSTER.client().resource(new SecretBuilder(keys()).withData(data).build()).update();
    }

    /** Key and certificate, as an authority keeps them. */
    private String rootOfAnotherAuthority() {
        var now = InstantSource.system().instant();
        StateFolder state = StateFolder.open(dir.resolve("another"), now);
        CertificateAuthority.open(
                state,
                new TrustDomain("cluster.local"),
                CaSettings.byDefault(),
                now,
                new SecureRandom());
        return state.read("root.pem").orElseThrow();
    }

    private static String certificate(String root) {
        for (Pem.Block block : Pem.read(root)) {
            if (block.label().equals(Pem.CERTIFICATE)) {
                return Pem.write(Pem.CERTIFICATE, block.der());
            }
        }
        throw new IllegalArgumentException("no certificate in a root");
    }
}
