package io.peakmesh.e2e.pods;

import io.peakmesh.e2e.kubernetes.Said;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The mesh in a cluster with real pods, installed as a user does it: by the script {@code mesh} and
 * kubectl, from images that {@code ./mesh images} made of this work tree.
 *
 * <p>The images are those in the folder of the system property or the environment variable {@code
 * PEAKMESH_IMAGES}, which {@code ./mesh e2e} sets, else in {@code images/target}.
 */
public final class InstalledMesh {
    /** Where the control plane is. */
    public static final String NAMESPACE = "peakmesh";

    private static final Path REPOSITORY =
            Path.of(System.getProperty("basedir", "."), "..").toAbsolutePath().normalize();
    private static final List<String> ARCHIVES = List.of("control-plane.tar", "proxy.tar");

    private final RealCluster cluster;

    private InstalledMesh(RealCluster cluster) {
        this.cluster = cluster;
    }

    /** Gives the images to the cluster's nodes; nothing is installed yet. */
    public static InstalledMesh in(RealCluster cluster) {
        InstalledMesh mesh = new InstalledMesh(cluster);
        mesh.importImages();
        return mesh;
    }

    /** Gives the images to all nodes; once more for a node that joined later. */
    public void importImages() {
        cluster.importImages(archives().toArray(Path[]::new));
    }

    /** The folder that the images are taken from. */
    public static Path images() {
        String named =
                System.getProperty("PEAKMESH_IMAGES", System.getenv().get("PEAKMESH_IMAGES"));
        return named == null || named.isEmpty()
                ? REPOSITORY.resolve("images/target")
                : Path.of(named).toAbsolutePath();
    }

    static List<Path> archives() {
        List<Path> archives = ARCHIVES.stream().map(images()::resolve).toList();
        for (Path archive : archives) {
            if (!Files.isRegularFile(archive)) {
                throw new IllegalStateException(
                        "there is no image " + archive + ": run ./mesh images, or ./mesh e2e");
            }
        }
        return archives;
    }

    /**
     * Runs a line of a user's shell at the root of the repository, with the cluster's kubeconfig; a
     * pipe fails with any of its parts.
     */
    public Said shell(String line) {
        return Said.by(
                List.of("bash", "-e", "-o", "pipefail", "-c", "cd '" + REPOSITORY + "'; " + line),
                Map.of(
                        "KUBECONFIG",
                        cluster.kubeconfig().toString(),
                        // By host and port, which the next cluster has too.
                        "KUBECACHEDIR",
                        cluster.dir().resolve("kubectl-cache").toString()),
                "");
    }

    /** Runs the script {@code mesh}, with the cluster's kubeconfig; the words need no quotes. */
    public Said mesh(String... words) {
        List<String> quoted = new ArrayList<>();
        for (String word : words) {
            quoted.add("'" + word.replace("'", "'\\''") + "'");
        }
        return shell("./mesh " + String.join(" ", quoted));
    }

    /**
     * Installs it by {@code mesh install FLAGS | kubectl apply -f -}, and waits until all replicas
     * are ready.
     */
    public InstalledMesh install(String... flags) {
        shell("./mesh install " + String.join(" ", flags) + " | kubectl apply -f -").orThrow();
        awaitReady();
        return this;
    }

    /** Waits until all replicas of the control plane are ready and of the newest manifest. */
    public void awaitReady() {
        cluster.awaitRollout(NAMESPACE, "deployment/peakmesh");
    }

    /** Upgrades it by {@code mesh upgrade FLAGS | kubectl apply -f -}, and waits until it is. */
    public void upgrade(String... flags) {
        shell("./mesh upgrade " + String.join(" ", flags) + " | kubectl apply -f -").orThrow();
        awaitReady();
    }

    /**
     * Removes it by {@code mesh uninstall FLAGS | kubectl delete -f -}, which waits for its end.
     */
    public Said uninstall(String... flags) {
        return shell("./mesh uninstall " + String.join(" ", flags) + " | kubectl delete -f -")
                .orThrow();
    }

    /**
     * A namespace whose new pods get a sidecar.
     *
     * @param level of Pod Security that it enforces, as in {@code restricted}; privileged is none
     */
    public void meshedNamespace(String namespace, String level) {
        cluster.apply(
                """
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: %s
                  labels: {pod-security.kubernetes.io/enforce: %s}
                  annotations: {peakmesh.io/inject: enabled}
                """
                        .formatted(namespace, level));
    }

    /**
     * The sample shop (charts/sample) in a meshed namespace of its own; all its pods are ready.
     * Without its policies: {@link #policies}.
     *
     * @param restricted whether the namespace enforces the Restricted level of Pod Security, so
     *     that pods have no redirect
     */
    public void shop(String namespace, boolean restricted) {
        meshedNamespace(namespace, restricted ? "restricted" : "privileged");
        cluster.apply(sample("shop.yaml", namespace));
        awaitShop(namespace);
    }

    /** Waits until all Deployments of a shop are of their newest template and ready. */
    public void awaitShop(String namespace) {
        for (String app : List.of("ledger", "cart", "catalog-v1", "catalog-v2", "web", "load")) {
            cluster.awaitRollout(namespace, "deployment/" + app);
        }
    }

    /** The shop's split and its policies, of which nothing is refused until it is enforced. */
    public void policies(String namespace) {
        cluster.apply(sample("policy.yaml", namespace));
    }

    /** A file of charts/sample for another namespace than {@code shop}. */
    public static String sample(String file, String namespace) {
        try {
            return Files.readString(REPOSITORY.resolve("charts/sample").resolve(file))
                    .replace("namespace: shop", "namespace: " + namespace);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the shop's load generator has told so far, or after a second of its life. */
    public Load load(String namespace, int afterSecond) {
        return Load.of(cluster.logs(namespace, "deployment/load", "app"), afterSecond);
    }
}
