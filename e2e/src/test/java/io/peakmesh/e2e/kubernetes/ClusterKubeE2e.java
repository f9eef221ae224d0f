package io.peakmesh.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.peakmesh.e2e.real.HttpCaller;
import io.peakmesh.e2e.real.Yaml;
import io.peakmesh.e2e.real.app.HttpApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The test cluster does what the tests of the mesh take for granted. */
class ClusterKubeE2e {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @RegisterExtension static final Cluster CLUSTER = new Cluster();

    @TempDir Path tmp;

    private KubePod start(String namespace, String name) {
        return new KubePod(CLUSTER, CLUSTER.pod(namespace, name, "web", 8080)).start();
    }

    private static List<Endpoint> endpoints(String namespace, String service) {
        return CLUSTER
                .client()
                .discovery()
                .v1()
                .endpointSlices()
                .inNamespace(namespace)
                .withLabel("kubernetes.io/service-name", service)
                .list()
                .getItems()
                .stream()
                .map(EndpointSlice::getEndpoints)
                // A slice that lost its last endpoint says null.
                .filter(Objects::nonNull)
                .flatMap(List::stream)
                .toList();
    }

    @Test
    void kubectlAppliesAndIsToldNo() {
        Said applied = CLUSTER.apply(Yaml.namespace("told", "permissive", "allow"));
        assertThat(applied.out()).contains("namespace/told created");

        Said refused = CLUSTER.tryApply(Yaml.account("nowhere", "web"));
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("namespaces \"nowhere\" not found");
        assertThat(CLUSTER.kubectl("get", "namespace", "told", "-o", "name").out())
                .isEqualTo("namespace/told\n");
    }

    @Test
    void nobodyAnonymousReadsAnything() {
        Said asked =
                Said.by(
                        List.of("curl", "-sk", Cluster.SERVER + "/api/v1/namespaces"),
                        Map.of(),
                        "");
        assertThat(asked.out()).contains("\"code\": 401");
    }

    @Test
    void aPodIsAnEndpointAsLongAsItIsReady() throws IOException {
        KubePod pod = start("endpoint", "web-1");
        CLUSTER.apply(Yaml.service("endpoint", "web", Yaml.port("", 80, 8080)));

        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(endpoints("endpoint", "web"))
                                .singleElement()
                                .satisfies(one -> {
                                    assertThat(one.getAddresses()).containsExactly(pod.pod().ip());
                                    assertThat(one.getConditions().getReady()).isTrue();
                                }));
        try (HttpApp _ = new HttpApp("web-1", KubeMesh.at(pod.pod(), 8080));
                HttpCaller caller = HttpCaller.at(KubeMesh.at(pod.pod(), 8080))) {
            assertThat(caller.named("web", "/")).isEqualTo("web-1");
        }
        pod.ready(false);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> !endpoints("endpoint", "web").getFirst().getConditions().getReady());
        pod.delete();
        Awaitility.await().atMost(PATIENCE).until(() -> endpoints("endpoint", "web").isEmpty());
    }

    @Test
    void aTerminatingPodServesUntilItIsGone() {
        KubePod pod = start("ending", "web-1");
        CLUSTER.apply(Yaml.service("ending", "web", Yaml.port("", 80, 8080)));
        Awaitility.await().atMost(PATIENCE).until(() -> !endpoints("ending", "web").isEmpty());

        pod.terminate(Duration.ofMinutes(10));

        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(endpoints("ending", "web").getFirst().getConditions())
                                .satisfies(is -> {
                                    assertThat(is.getReady()).isFalse();
                                    assertThat(is.getServing()).isTrue();
                                    assertThat(is.getTerminating()).isTrue();
                                }));
        pod.delete();
        Awaitility.await().atMost(PATIENCE).until(() -> endpoints("ending", "web").isEmpty());
    }

    private static TokenReviewStatus review(String token) {
        TokenReview review =
                new TokenReviewBuilder()
                        .withNewSpec()
                        .withToken(token)
                        .withAudiences(ProjectedToken.AUDIENCE)
                        .endSpec()
                        .build();
        return CLUSTER.client().resource(review).create().getStatus();
    }

    @Test
    void aProjectedTokenIsGoodUntilItsPodIsDeleted() throws IOException {
        KubePod pod = start("proof", "web-1");
        ProjectedToken token = ProjectedToken.of(pod, tmp.resolve("token"));
        TokenReviewStatus status = review(token.text());
        assertThat(status.getAuthenticated()).isTrue();
        assertThat(status.getUser().getUsername()).isEqualTo("system:serviceaccount:proof:web");
        assertThat(status.getUser().getExtra())
                .containsEntry("authentication.kubernetes.io/pod-uid", List.of(pod.uid()));

        String first = token.text();
        token.renew();
        assertThat(token.text()).isNotEqualTo(first);
        assertThat(Files.readSymbolicLink(tmp.resolve("token/..data")).toString())
                .isEqualTo("..version-2");
        assertThat(review(ProjectedToken.request(pod, "else", ProjectedToken.SHORTEST)).getError())
                .contains("audience");

        pod.delete();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> !Boolean.TRUE.equals(review(token.text()).getAuthenticated()));
    }

    /** A watch of pods from a resourceVersion on; its end is told. */
    private static CompletableFuture<WatcherException> endOfWatch(String resourceVersion) {
        CompletableFuture<WatcherException> end = new CompletableFuture<>();
        Watch watch =
                CLUSTER.client()
                        .pods()
                        .inAnyNamespace()
                        .withResourceVersion(resourceVersion)
                        .watch(
                                new Watcher<Pod>() {
                                    @Override
                                    public void eventReceived(Action action, Pod pod) {
                                        // Only the end is of interest.
                                    }

                                    @Override
                                    public void onClose(WatcherException cause) {
                                        end.complete(cause);
                                    }
                                });
        return end.whenComplete((_, _) -> watch.close());
    }

    @Test
    void anExpiredWatchIsToldThatItsPastIsGone() throws Exception {
        String before = "" + CLUSTER.revision();
        CompletableFuture<WatcherException> open = endOfWatch(before);

        CLUSTER.expireWatches();

        assertThat(CLUSTER.revision()).isGreaterThan(Long.parseLong(before));
        assertThat(open.get(60, TimeUnit.SECONDS).isHttpGone()).isTrue();
        assertThat(endOfWatch(before).get(60, TimeUnit.SECONDS).isHttpGone()).isTrue();
    }

    @Test
    void theApiServerGoesAndComesBackWithWhatItHad() {
        CLUSTER.apply(Yaml.namespace("kept", "permissive", "allow"));
        CLUSTER.stopApiServer();
        assertThat(CLUSTER.kubectl("get", "namespaces").err()).contains("refused");
        CLUSTER.startApiServer();
        assertThat(CLUSTER.client().namespaces().withName("kept").get()).isNotNull();

        CLUSTER.restartEtcd();
        Awaitility.await()
                .atMost(PATIENCE)
                .ignoreExceptionsMatching(e -> e instanceof KubernetesClientException)
                .until(() -> CLUSTER.client().namespaces().withName("kept").get() != null);
    }
}
