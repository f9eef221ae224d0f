package io.peakmesh.kube.connect;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Opens the client of a cluster. Where it leads is what the kubeconfig or the pod's own service
 * account says and nothing else: no other variable, no {@code ~/.kube/config}, no proxy but the
 * kubeconfig's {@code proxy-url}.
 *
 * <p>A request waits {@value #REQUEST_MILLIS} ms at most and is not repeated below its caller, who
 * knows whether that is wanted; a watch reconnects without limit. HTTP/1.1 is spoken, because a
 * request that times out then takes its connection with it: over HTTP/2 the JDK keeps sending into
 * a connection whose far end is gone, until TCP gives up a quarter of an hour later.
 */
public final class ClusterConnection {
    static final int REQUEST_MILLIS = 5_000;
    private static final int SERVER_ERROR = 500;
    private static final int CONNECT_MILLIS = 10_000;
    private static final int WATCH_RECONNECT_MILLIS = 1_000;
    private static final Path POD_FOLDER = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    private ClusterConnection() {}

    /**
     * A client by the current context of this kubeconfig (certificates, token, or a program that
     * prints one), else by the service account of the pod this runs in. Nothing is sent yet.
     *
     * @throws IllegalArgumentException if neither leads to a cluster; the message says what to do
     */
    public static KubernetesClient open(Optional<Path> kubeconfig, String userAgent) {
        Config config =
                kubeconfig
                        .map(ClusterConnection::fromFile)
                        .orElseGet(() -> fromPod(System.getenv(), POD_FOLDER));
        Config set =
                new ConfigBuilder(config)
                        .withUserAgent(userAgent)
                        .withRequestTimeout(REQUEST_MILLIS)
                        .withConnectionTimeout(CONNECT_MILLIS)
                        .withRequestRetryBackoffLimit(0)
                        .withWatchReconnectLimit(-1)
                        .withWatchReconnectInterval(WATCH_RECONNECT_MILLIS)
                        .withHttp2Disable(true)
                        .build();
        ClientKey.name(set);
        try {
            return new KubernetesClientBuilder().withConfig(set).build();
        } catch (RuntimeException unusable) {
            throw new IllegalArgumentException(
                    "the certificates or keys by which to reach "
                            + set.getMasterUrl()
                            + " cannot be used: "
                            + innermost(unusable),
                    unusable);
        }
    }

    /**
     * What keeps the API server from being asked: it cannot be reached, or says itself that it is
     * not ready. Empty if it can; whether this client may ask it anything is another question.
     */
    public static Optional<String> trouble(KubernetesClient client) {
        try {
            Reply reply = new Api(client).get("/readyz");
            return reply.status() < SERVER_ERROR
                    ? Optional.empty()
                    : Optional.of("it says that it is not ready: " + reply.message());
        } catch (IOException away) {
            return Optional.of("" + away.getMessage());
        }
    }

    private static Config fromFile(Path file) {
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException(
                    "cannot read the kubeconfig " + file + ": name one that exists");
        }
        Config config;
        try {
            config = Config.fromKubeconfig(file.toFile());
        } catch (RuntimeException unusable) {
            throw new IllegalArgumentException(
                    "the kubeconfig " + file + " cannot be used: " + innermost(unusable), unusable);
        }
        if (config.getCurrentContext() == null
                || config.getCurrentContext().getContext() == null
                || config.getMasterUrl() == null) {
            throw new IllegalArgumentException(
                    "the kubeconfig "
                            + file
                            + " has no current context: kubectl config use-context NAME");
        }
        return config;
    }

    /**
     * The configuration of a pod, whose token is read anew for every request because the kubelet
     * replaces it every hour.
     */
    static Config fromPod(Map<String, String> environment, Path folder) {
        String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
        String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
        Path token = folder.resolve("token");
        if (host.isEmpty() || !Files.isReadable(token)) {
            throw new IllegalArgumentException(
                    "no cluster to connect to: this does not run in a pod with a service account;"
                            + " name a kubeconfig file");
        }
        String authority = host.contains(":") ? "[" + host + "]" : host;
        Config config = new ConfigBuilder(Config.empty()).build();
        config.setMasterUrl("https://" + authority + ":" + port + "/");
        config.setCaCertFile(folder.resolve("ca.crt").toString());
        config.setOauthTokenProvider(() -> read(token));
        Path namespace = folder.resolve("namespace");
        if (Files.isReadable(namespace)) {
            config.setNamespace(read(namespace));
        }
        return config;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String innermost(Throwable problem) {
        Throwable at = problem;
        while (at.getCause() != null) {
            at = at.getCause();
        }
        return String.valueOf(at.getMessage()).lines().findFirst().orElse("");
    }
}
