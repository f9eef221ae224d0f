package io.peakmesh.e2e.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.peakmesh.e2e.real.Pod;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Kubernetes cluster of a test class: etcd, API server and the controllers that need no node.
 * Ready about 4 seconds after it is started; one at a time in a network namespace.
 *
 * <p>As a static {@code @RegisterExtension} it lives as long as the class, and says the end of its
 * logs when a test fails; else {@link #start} and {@link #close} are the caller's.
 */
public final class Cluster
        implements BeforeAllCallback, AfterEachCallback, AfterAllCallback, Closeable {
    /** Where the API server listens. */
    public static final String SERVER = "https://127.0.0.1:6443";

    private static final int ETCD_PORT = 2379;
    private static final String NAMESPACE_MARK = "PEAKMESH_TEST_NAMESPACE";
    private static final String API_SERVER = "kube-apiserver";
    private static final int QUOTED_LINES = 25;

    private final String apiServerFlags;
    private final Etcd etcd = new Etcd(ETCD_PORT);
    private final AtomicInteger addresses = new AtomicInteger();
    private final Thread onExit = new Thread(this::end);
    private @Nullable Path dir;
    private @Nullable Process watch;
    private @Nullable KubernetesClient client;

    /** Nothing runs yet. {@code apiServerFlags} are given to the API server as well. */
    public Cluster(String... apiServerFlags) {
        this.apiServerFlags = String.join(" ", apiServerFlags);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        start();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (context.getExecutionException().isPresent() && dir != null) {
            System.err.println(context.getDisplayName() + " failed; " + logs());
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }

    /** Starts it; returns when the API server and the controllers are at work. */
    public Cluster start() {
        if (System.getenv(NAMESPACE_MARK) == null) {
            throw new IllegalStateException(
                    "Tests of Kubernetes run in a network namespace of their own:"
                            + " use ./mesh e2e, or e2e/cluster/bin/java as their JVM");
        }
        try {
            dir = Files.createTempDirectory("peakmesh-cluster-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(onExit);
        try {
            watch = watch();
            script("up");
            client = newClient();
        } catch (IOException | RuntimeException e) {
            close();
            throw new IllegalStateException("the cluster did not start", e);
        }
        return this;
    }

    /** Ends the cluster after this JVM, should that be killed. */
    private Process watch() throws IOException {
        return new ProcessBuilder(
                        program(), "watch", dir().toString(), "" + ProcessHandle.current().pid())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String program() {
        return Path.of(System.getProperty("basedir", "."), "cluster", "cluster").toString();
    }

    private void script(String command, String... part) {
        List<String> words = new ArrayList<>(List.of(program(), command, dir().toString()));
        words.addAll(List.of(part));
        Said.by(words, Map.of("CLUSTER_APISERVER_FLAGS", apiServerFlags), "").orThrow();
    }

    private KubernetesClient newClient() throws IOException {
        return new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(Files.readString(kubeconfig())))
                .build();
    }

    /** Its folder, which goes with it: pki/, logs, process ids. */
    public Path dir() {
        if (dir == null) {
            throw new IllegalStateException("the cluster is not started");
        }
        return dir;
    }

    /** An administrator's, with a client certificate. */
    public Path kubeconfig() {
        return dir().resolve("kubeconfig");
    }

    /** An administrator's. */
    public KubernetesClient client() {
        if (client == null) {
            throw new IllegalStateException("the cluster is not started");
        }
        return client;
    }

    /** Runs kubectl as an administrator. */
    public Said kubectl(String... arguments) {
        return kubectlReading("", arguments);
    }

    /** Runs kubectl with something to read, for {@code -f -}. */
    public Said kubectlReading(String input, String... arguments) {
        // Its cache goes by host and port, which the next cluster has too.
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "kubectl",
                                "--kubeconfig=" + kubeconfig(),
                                "--cache-dir=" + dir().resolve("kubectl-cache")));
        command.addAll(List.of(arguments));
        return Said.by(command, Map.of(), input);
    }

    /**
     * Applies objects by kubectl; throws IllegalStateException with its words if one is refused.
     */
    public Said apply(String... documents) {
        return tryApply(documents).orThrow();
    }

    /** Applies objects by kubectl, and says how that went. */
    public Said tryApply(String... documents) {
        return kubectlReading(String.join("\n---\n", documents), "apply", "-f", "-");
    }

    /** Describes a pod with an address of the pods' range that no other has. */
    public Pod pod(String namespace, String name, String app, Integer... ports) {
        int number = addresses.incrementAndGet();
        return Pod.unmeshed(
                namespace,
                name,
                app,
                "10.244." + (1 + number / 250) + "." + (1 + number % 250),
                ports);
    }

    /** Ends the API server in order; open watches are cut after three seconds at most. */
    public void stopApiServer() {
        script("stop", API_SERVER);
    }

    /** Ends the API server as {@code kill -9} does. */
    public void killApiServer() {
        script("kill", API_SERVER);
    }

    /** Starts the API server again; returns when it is ready. */
    public void startApiServer() {
        script("start", API_SERVER);
    }

    /** What is given to the API server besides its usual flags when it is started the next time. */
    public void apiServerFlags(String... flags) {
        try {
            Files.writeString(dir().resolve("apiserver-flags"), String.join(" ", flags) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills etcd and starts it again with its data. */
    public void restartEtcd() {
        script("kill", "etcd");
        script("start", "etcd");
    }

    /** The newest resourceVersion of all objects. */
    public long revision() {
        return etcd.revision();
    }

    /** How an object is stored: what etcd has under {@code /registry/...}. */
    public String stored(String key) {
        return etcd.value(key);
    }

    /**
     * Makes etcd forget all older revisions. Watches that are served from the API server's cache do
     * not notice; {@link #expireWatches} is for that.
     */
    public void compact() {
        etcd.compact();
    }

    /**
     * Makes every watch end and every attempt to resume one from an earlier resourceVersion fail
     * with 410 Gone: the API server starts anew, and its caches begin after all that was seen.
     */
    public void expireWatches() {
        killApiServer();
        etcd.advance();
        etcd.compact();
        startApiServer();
    }

    /** The end of each log. */
    public String logs() {
        StringBuilder said = new StringBuilder("the cluster's logs end with:\n");
        for (String part : List.of("etcd", API_SERVER, "kube-controller-manager")) {
            said.append("--- ").append(part).append('\n');
            try {
                List<String> lines = Files.readAllLines(dir().resolve(part + ".log"));
                lines.subList(Math.max(0, lines.size() - QUOTED_LINES), lines.size())
                        .forEach(line -> said.append(line).append('\n'));
            } catch (IOException absent) {
                said.append("no log: ").append(absent.getMessage()).append('\n');
            }
        }
        return said.toString();
    }

    /** Ends it and deletes its folder. */
    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(onExit);
        end();
    }

    private void end() {
        if (client != null) {
            client.close();
            client = null;
        }
        if (watch != null) {
            watch.destroyForcibly().onExit().join();
            watch = null;
        }
        if (dir != null) {
            script("down");
            Trash.remove(dir);
            dir = null;
        }
    }
}
