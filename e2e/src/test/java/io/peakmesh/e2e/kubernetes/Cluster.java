package io.peakmesh.e2e.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.peakmesh.e2e.real.Pod;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        implements KubernetesApi,
                BeforeAllCallback,
                AfterEachCallback,
                AfterAllCallback,
                Closeable {
    /** Where the API server listens. */
    public static final String SERVER = "https://127.0.0.1:6443";

    private static final int ETCD_PORT = 2379;
    private static final String API_SERVER = "kube-apiserver";

    private final String apiServerFlags;
    private final Etcd etcd = new Etcd(ETCD_PORT);
    private final AtomicInteger addresses = new AtomicInteger();
    private final ClusterProcess process = new ClusterProcess("cluster");
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
        if (context.getExecutionException().isPresent() && process.runs()) {
            System.err.println(context.getDisplayName() + " failed; " + logs());
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }

    /** Starts it; returns when the API server and the controllers are at work. */
    public Cluster start() {
        process.start(Map.of("CLUSTER_APISERVER_FLAGS", apiServerFlags));
        client = KubernetesApi.clientOf(dir());
        return this;
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
        process.run("stop", API_SERVER);
    }

    /** Ends the API server as {@code kill -9} does. */
    public void killApiServer() {
        process.run("kill", API_SERVER);
    }

    /** Starts the API server again; returns when it is ready. */
    public void startApiServer() {
        process.run("start", API_SERVER);
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
        process.run("kill", "etcd");
        process.run("start", "etcd");
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
        return process.logs(List.of("etcd", API_SERVER, "kube-controller-manager"));
    }

    /** Ends it and deletes its folder. */
    @Override
    public void close() {
        if (client != null) {
            client.close();
            client = null;
        }
        process.close();
    }
}
